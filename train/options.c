#include <slant/trainer.h>
#include <stddef.h>

#define FIELD(name) offsetof(slant_train_options, name)

/* What vectors are made with: these rows stand in both tables. */
#define MODE                                                                                                           \
  {                                                                                                                    \
    "mode", 0, SLANT_OPTION_CHOICE, FIELD(mode), "auto", 0, 0, "auto|document|target", "MODE",                         \
        "What a classifier sees: whole texts (document) or mentions in their sentence (target); auto takes target "    \
        "where labels carry spans."                                                                                    \
  }
#define PIPELINE                                                                                                       \
  {                                                                                                                    \
    "pipeline", 0, SLANT_OPTION_TEXT, FIELD(pipeline), NULL, 0, 0, NULL, "FILE",                                       \
        "Specification of the feature pipeline, one stage a line; default: the mode's own."                            \
  }
#define LEXICON                                                                                                        \
  {                                                                                                                    \
    "lexicon", 0, SLANT_OPTION_TEXT, FIELD(lexicons), NULL, 0, 0, NULL, "FILE[,FILE]...",                              \
        "Lexicon files beside the built-in one: VADER's, AFINN's or MPQA's, word lists, or TSV with columns of "       \
        "numbers. A bundle takes them in."                                                                             \
  }
#define VECTORS                                                                                                        \
  {                                                                                                                    \
    "vectors", 0, SLANT_OPTION_TEXT, FIELD(vectors), NULL, 0, 0, NULL, "FILE",                                         \
        "Word vectors as text, as 'slant embed', word2vec, GloVe and fastText write them, for the stage 'vectors' of " \
        "the pipeline. A bundle takes them in."                                                                        \
  }
#define MAX_VECTORS                                                                                                    \
  {                                                                                                                    \
    "max-vectors", 0, SLANT_OPTION_INT, FIELD(max_vectors), "40000", 0, 4e9, NULL, "N",                                \
        "Take the first N words of the vectors only, which are the most frequent; 0 takes all."                        \
  }
#define AUX                                                                                                            \
  {                                                                                                                    \
    "aux", 0, SLANT_OPTION_TEXT, FIELD(auxiliaries), NULL, 0, 0, NULL, "BUNDLE[,BUNDLE]...",                           \
        "Bundles trained on other data, whose shared models' scores become features, for the stage 'aux' of the "      \
        "pipeline. A bundle takes them in."                                                                            \
  }
#define THREADS(help)                                                                                                  \
  { "threads", 'j', SLANT_OPTION_INT, FIELD(threads), "0", 0, 256, NULL, "N", help }

const slant_option slant_feature_option_table[] = {
    MODE,
    PIPELINE,
    LEXICON,
    VECTORS,
    MAX_VECTORS,
    AUX,
    THREADS("Threads; 0 takes one a core. The vectors do not depend on it."),
    SLANT_OPTION_END};

const slant_option slant_train_option_table[] = {
    MODE,
    PIPELINE,
    LEXICON,
    VECTORS,
    MAX_VECTORS,
    AUX,
    {"min-examples", 0, SLANT_OPTION_INT, FIELD(min_examples), "50", 2, 1e9, NULL, "N",
     "An actor with fewer examples has no model of its own and is judged by the shared one."},
    {"actor-models", 0, SLANT_OPTION_CHOICE, FIELD(actor_models), "always", 0, 0, "always|better|combine", "WHEN",
     "Give every actor with enough examples a model of its own (always), or only where that is better than the shared "
     "model on held-out examples (better), or a mixture of both where that is better still (combine)."},
    {"weights", 0, SLANT_OPTION_CHOICE, FIELD(weights), "auto", 0, 0, "auto|32|16", "BITS",
     "Bits of a linear model's weights of n-gram features; 16 halve what they take, and move scores by some "
     "hundred-thousandths. auto takes 32, or with --update what the bundle has."},
    {"max-features", 0, SLANT_OPTION_INT, FIELD(max_features), "0", 0, 4e9, NULL, "N",
     "Keep the N n-gram features that weigh most in a first fit, drop the others and fit again: smaller bundles. 0 "
     "keeps all. Held-out figures are of the first fit."},
    {"costs", 0, SLANT_OPTION_TEXT, FIELD(costs), "0.05,0.1,0.2,0.4,0.8,1.6", 0, 0, NULL, "LIST",
     "Values of C to choose from by cross-validation, separated by commas."},
    {"nu", 0, SLANT_OPTION_TEXT, FIELD(nu), NULL, 0, 0, NULL, "LIST",
     "nu-SVC in place of C-SVC, solved by libsvm: values of nu in (0, 1] to choose from, which bound the share of "
     "errors "
     "from above and that of support vectors from below, and stand where C does in tables. All examples weigh alike. "
     "Values too great for the rarest label are left out."},
    {"gammas", 0, SLANT_OPTION_TEXT, FIELD(gammas), NULL, 0, 0, NULL, "LIST",
     "Values of gamma to choose from, likewise, for a kernel that has one; default 0.03,0.1,0.3,1."},
    {"block-weights", 0, SLANT_OPTION_TEXT, FIELD(block_weights), NULL, 0, 0, NULL, "STAGE=W[:W]...[,...]",
     "Weights of the pipeline's stages to choose from, such as words=1:2,lexicon=0.5:1:2: how much their features "
     "count in inner products. Stages that are not named weigh 1."},
    {"search", 0, SLANT_OPTION_CHOICE, FIELD(search), "grid", 0, 0, "grid|sobol", "HOW",
     "Try every combination of the values given (grid), or points spread evenly between the least and the greatest of "
     "each on logarithmic axes (sobol), which find as good a setting with fewer fits where there are several axes."},
    {"points", 0, SLANT_OPTION_INT, FIELD(points), "24", 1, 1000, NULL, "N", "So many points of --search sobol."},
    {"halving", 0, SLANT_OPTION_CHOICE, FIELD(halving), "auto", 0, 0, "off|folds|examples|auto", "WHAT",
     "Successive halving: judge all settings on few folds (folds) or having learned from few examples (examples), a "
     "third of them on more, and the best few in full. auto takes examples with --search sobol, and off with grid."},
    {"metric", 0, SLANT_OPTION_CHOICE, FIELD(metric), "macro-f1", 0, 0, "macro-f1|accuracy|f-avg|log-loss", "METRIC",
     "What the best setting is best by, on held-out examples. f-avg is the mean F1 of the labels favor and against."},
    {"one-standard-error", 0, SLANT_OPTION_FLAG, FIELD(one_standard_error), NULL, 0, 0, NULL, NULL,
     "Take the simplest setting, that of least C, gamma and weights, which is within one standard error of the best."},
    {"nested", 0, SLANT_OPTION_FLAG, FIELD(nested), NULL, 0, 0, NULL, NULL,
     "Estimate by nested cross-validation too: each fold is judged by the setting that the others alone would have "
     "chosen. The figures of the chosen setting are a little too good, because it was chosen by them. Takes up to "
     "(folds + 1) / 2 times the fits."},
    {"learning-curve", 0, SLANT_OPTION_CHOICE, FIELD(learning_curve), "shared", 0, 0, "shared|all|none", "WHOSE",
     "Measure how models fare with an eighth, a quarter and a half of the examples, for the model card: of shared "
     "models, of all, or of none."},
    {"kernel", 0, SLANT_OPTION_CHOICE, FIELD(kernel), "linear", 0, 0, "linear|rbf|polynomial", "KERNEL",
     "Kernel over the inner product x.y: x.y itself, exp(-gamma |x-y|^2), or (gamma x.y + coef0)^degree. A bundle "
     "keeps "
     "the support vectors of the latter two."},
    {"degree", 0, SLANT_OPTION_INT, FIELD(degree), "2", 1, 10, NULL, "N", "Degree of the polynomial kernel."},
    {"coef0", 0, SLANT_OPTION_REAL, FIELD(coef0), "1", 0, 1e6, NULL, "R", "Constant of the polynomial kernel."},
    {"coding", 0, SLANT_OPTION_CHOICE, FIELD(coding), "auto", 0, 0, "auto|one-vs-one|one-vs-rest", "CODING",
     "How more than two classes are told apart: by a decision for each pair of them, or for each against the rest. "
     "auto "
     "takes one-vs-rest with a linear kernel, one-vs-one with others."},
    {"solver", 0, SLANT_OPTION_CHOICE, FIELD(solver), "auto", 0, 0, "auto|smo|dcd|libsvm|liblinear", "SOLVER",
     "What fits: sequential minimal optimisation on the kernel matrix (smo), dual coordinate descent on the vectors of "
     "a linear kernel (dcd), or, for comparison, libsvm or LIBLINEAR, which solve the same problems and take longer. "
     "auto takes smo for hinge loss and other kernels, and dcd for a linear one with other losses or where the matrix "
     "takes more memory than is granted."},
    {"loss", 0, SLANT_OPTION_CHOICE, FIELD(loss), "hinge", 0, 0, "hinge|squared-hinge|logistic", "LOSS",
     "What an error costs: hinge, its square, or the logistic loss, ln (1 + exp (-margin))."},
    {"nbsvm", 0, SLANT_OPTION_CHOICE, FIELD(nbsvm), "auto", 0, 0, "off|on|average|auto", "WHEN",
     "Fit NBSVM on the features of the stage 'words' instead of the SVM on all features (on), or average both "
     "(average); auto averages in document mode, where it is better, and is off in target mode."},
    {"balance", 0, SLANT_OPTION_FLAG, FIELD(balance), "1", 0, 0, NULL, "no",
     "Rare labels weigh as much as frequent ones. This is the default; --balance=no weighs all examples alike."},
    {"class-weight", 0, SLANT_OPTION_TEXT, FIELD(class_weight), NULL, 0, 0, NULL, "LABEL=W[,LABEL=W]...",
     "Weights of labels in fits, beside what balancing gives them: an error on an example of the label costs W times "
     "as much. Labels that are not named weigh 1. Held-out figures are of the data as it is, unweighted."},
    {"folds", 0, SLANT_OPTION_INT, FIELD(folds), "5", 2, 100, NULL, "K",
     "Folds of cross-validation; a group of records is never split between them."},
    {"fold-by", 0, SLANT_OPTION_CHOICE, FIELD(fold_by), "group", 0, 0, "group|near-duplicate|date", "WHAT",
     "What folds keep together: groups of records (group); these, and texts that are nearly the same, which else would "
     "be recognised rather than judged (near-duplicate); or times, each fold learning from what is earlier and judging "
     "what is later (date), by the records' dates."},
    {"seed", 0, SLANT_OPTION_INT, FIELD(seed), "1", 0, 9007199254740992.0, NULL, "N",
     "Seed of folds and intervals: the same data, options and seed give the same bundle."},
    THREADS("Threads; 0 takes one a core. The bundle does not depend on it."),
    {"memory", 0, SLANT_OPTION_INT, FIELD(memory), "2048", 0, 1048576, NULL, "MIB",
     "Memory for one model's inner products and kernel; a model that needs more is linear, and fitted on the vectors."},
    SLANT_OPTION_END};

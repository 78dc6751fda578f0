/*
 * From scores to probabilities by one temperature: p = softmax(s · score) with s > 0, so that the probable label is
 * always the one with the highest score (Guo et al. 2017, "On Calibration of Modern Neural Networks", section 4.2).
 *
 * scores are n × n_classes, higher is likelier; gold holds n class numbers.
 */
#ifndef SLANT_TRAIN_CALIBRATE_H
#define SLANT_TRAIN_CALIBRATE_H

#include <stddef.h>
#include <stdint.h>

/* The s of least log-loss on held-out scores. Gold labels are smoothed as by Platt (1999, section 2.2), which keeps s
 * finite where the scores separate the classes. 1 where the scores say nothing about s (none, or all equal). */
double slant_calibrate(const double *scores, const uint32_t *gold, size_t n, uint32_t n_classes);
/* Mean of -ln p(gold). */
double slant_log_loss(const double *scores, const uint32_t *gold, size_t n, uint32_t n_classes, double s);
/* Expected calibration error in `bins` bins of equal width of the highest probability (Naeini et al. 2015). */
double slant_calibration_error(const double *scores, const uint32_t *gold, size_t n, uint32_t n_classes, double s,
                               uint32_t bins);
/* Number of the highest score; ties go to the lower number. */
uint32_t slant_argmax(const double *scores, uint32_t n_classes);

#endif

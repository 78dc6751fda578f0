#include "predict/conveyor.h"

#include "common/memory.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

/* A slot's number counts from the start of the run; it sits at number % n_slots of the ring. */
typedef struct slant_conveyor_state {
  size_t load;
  bool done;  /* worked on */
  int status; /* of the work */
  slant_error error;
} slant_conveyor_state;

typedef struct slant_conveyor {
  const slant_conveyor_plan *plan;
  slant_conveyor_state *states; /* NULL: one thread */
  pthread_mutex_t turn;         /* whose turn it is to fill */
  pthread_mutex_t lock;         /* guards what follows, and states */
  pthread_cond_t room, done;
  uint64_t n_filled, n_drained;
  uint64_t load; /* of the slots that are filled and not drained */
  bool ended;    /* no more slots will be filled */
  bool closing;  /* nothing more is to be filled: something failed */
  int read_status;
  slant_error read_error;
} slant_conveyor;

typedef struct slant_conveyor_worker {
  slant_conveyor *conveyor;
  unsigned number;
} slant_conveyor_worker;

size_t slant_conveyor_slots(unsigned threads) {
  return threads > 1 ? 2 * (size_t)threads + 2 : 1;
}

static void *slot_at(const slant_conveyor *conveyor, uint64_t number) {
  return conveyor->plan->slots + number % conveyor->plan->n_slots * conveyor->plan->slot_size;
}

static slant_conveyor_state *state_at(const slant_conveyor *conveyor, uint64_t number) {
  return &conveyor->states[number % conveyor->plan->n_slots];
}

static int run_alone(slant_conveyor *conveyor, slant_error *error) {
  const slant_conveyor_plan *plan = conveyor->plan;
  for (;;) {
    size_t load = 0;
    slant_error worst = {0};
    int more = plan->fill(plan->context, plan->slots, &load, error);
    if (more != 1) return more;
    int status = plan->work(plan->context, plan->slots, 0, &worst);
    int drained = plan->drain(plan->context, plan->slots, error);
    if (drained) return drained;
    if (status && error) *error = worst;
    if (status) return status;
  }
}

/* ---- workers ---- */
/* True: there is a slot to fill; false: nothing is to be filled any more. */
static bool wait_for_room(slant_conveyor *conveyor) {
  const slant_conveyor_plan *plan = conveyor->plan;
  pthread_mutex_lock(&conveyor->lock);
  while (!conveyor->closing && !conveyor->ended &&
         (conveyor->n_filled - conveyor->n_drained == plan->n_slots ||
          (conveyor->load > plan->max_load && conveyor->n_filled != conveyor->n_drained)))
    pthread_cond_wait(&conveyor->room, &conveyor->lock);
  bool go_on = !conveyor->closing && !conveyor->ended;
  pthread_mutex_unlock(&conveyor->lock);
  return go_on;
}

/* Fills the next slot, in its turn. False: there is none. */
static bool fill_next(slant_conveyor *conveyor, uint64_t *number) {
  const slant_conveyor_plan *plan = conveyor->plan;
  int more = 0;
  pthread_mutex_lock(&conveyor->turn);
  if (wait_for_room(conveyor)) {
    size_t load = 0;
    slant_error error = {0};
    *number = conveyor->n_filled; /* written by whose turn it is */
    more = plan->fill(plan->context, slot_at(conveyor, *number), &load, &error);
    pthread_mutex_lock(&conveyor->lock);
    if (more == 1) {
      *state_at(conveyor, *number) = (slant_conveyor_state){.load = load};
      conveyor->load += load;
      conveyor->n_filled++;
    } else {
      conveyor->ended = true;
      conveyor->read_status = more;
      conveyor->read_error = error;
      pthread_cond_signal(&conveyor->done);
    }
    pthread_mutex_unlock(&conveyor->lock);
  }
  pthread_mutex_unlock(&conveyor->turn);
  return more == 1;
}

/* The caller holds the lock. */
static void close_conveyor(slant_conveyor *conveyor) {
  conveyor->closing = true;
  pthread_cond_signal(&conveyor->room);
  pthread_cond_signal(&conveyor->done);
}

static void *work_on(void *argument) {
  const slant_conveyor_worker *worker = argument;
  slant_conveyor *conveyor = worker->conveyor;
  const slant_conveyor_plan *plan = conveyor->plan;
  uint64_t number;
  while (fill_next(conveyor, &number)) {
    slant_error error = {0};
    int status = plan->work(plan->context, slot_at(conveyor, number), worker->number, &error);
    pthread_mutex_lock(&conveyor->lock);
    slant_conveyor_state *state = state_at(conveyor, number);
    state->done = true;
    state->status = status;
    if (status) {
      state->error = error;
      close_conveyor(conveyor);
    }
    pthread_cond_signal(&conveyor->done);
    pthread_mutex_unlock(&conveyor->lock);
  }
  return NULL;
}

/* ---- writer ---- */
/* Waits until slot `number` has been worked on; false: it never will be. Who fills a slot works on it, whatever fails
 * elsewhere: all that come before a failure are finished. */
static bool wait_for(slant_conveyor *conveyor, uint64_t number) {
  pthread_mutex_lock(&conveyor->lock);
  while (number < conveyor->n_filled ? !state_at(conveyor, number)->done : !conveyor->closing && !conveyor->ended)
    pthread_cond_wait(&conveyor->done, &conveyor->lock);
  bool is_done = number < conveyor->n_filled;
  pthread_mutex_unlock(&conveyor->lock);
  return is_done;
}

static int drain_in_order(slant_conveyor *conveyor, slant_error *error) {
  const slant_conveyor_plan *plan = conveyor->plan;
  for (uint64_t number = 0; wait_for(conveyor, number); number++) {
    /* Done: nobody else looks at the state until the slot is free again. */
    const slant_conveyor_state *state = state_at(conveyor, number);
    int status = plan->drain(plan->context, slot_at(conveyor, number), error);
    if (!status && state->status) {
      status = state->status;
      if (error) *error = state->error;
    }
    if (status) return status;
    pthread_mutex_lock(&conveyor->lock);
    conveyor->load -= state->load;
    conveyor->n_drained++;
    pthread_cond_signal(&conveyor->room);
    pthread_mutex_unlock(&conveyor->lock);
  }
  if (conveyor->read_status && error) *error = conveyor->read_error; /* filling has ended */
  return conveyor->read_status;
}

static int run_threads(slant_conveyor *conveyor, slant_error *error) {
  slant_conveyor_worker workers[SLANT_CONVEYOR_MAX_THREADS];
  pthread_t handles[SLANT_CONVEYOR_MAX_THREADS];
  unsigned started = 0;
  int status = SLANT_OK;
  for (; started < conveyor->plan->threads; started++) { /* a thread that cannot be had is one worker fewer */
    workers[started] = (slant_conveyor_worker){conveyor, started};
    if (pthread_create(&handles[started], NULL, work_on, &workers[started])) break;
  }
  if (started)
    status = drain_in_order(conveyor, error);
  else
    status = slant_fail(error, SLANT_E_MEMORY, "the system starts no more threads; try one thread");
  pthread_mutex_lock(&conveyor->lock);
  close_conveyor(conveyor);
  pthread_mutex_unlock(&conveyor->lock);
  for (unsigned i = 0; i < started; i++) pthread_join(handles[i], NULL);
  return status;
}

int slant_conveyor_run(const slant_conveyor_plan *plan, slant_error *error) {
  slant_conveyor conveyor = {.plan = plan};
  if (plan->threads <= 1) return run_alone(&conveyor, error);
  if (plan->threads > SLANT_CONVEYOR_MAX_THREADS)
    return slant_fail(error, SLANT_E_ARGUMENT, "%u threads are more than %d", plan->threads,
                      SLANT_CONVEYOR_MAX_THREADS);
  conveyor.states = slant_alloc_zero(plan->n_slots, sizeof *conveyor.states);
  if (!conveyor.states) return slant_fail(error, SLANT_E_MEMORY, "no memory for a queue");
  pthread_mutex_init(&conveyor.turn, NULL);
  pthread_mutex_init(&conveyor.lock, NULL);
  pthread_cond_init(&conveyor.room, NULL);
  pthread_cond_init(&conveyor.done, NULL);
  int status = run_threads(&conveyor, error);
  pthread_cond_destroy(&conveyor.done);
  pthread_cond_destroy(&conveyor.room);
  pthread_mutex_destroy(&conveyor.lock);
  pthread_mutex_destroy(&conveyor.turn);
  free(conveyor.states);
  return status;
}

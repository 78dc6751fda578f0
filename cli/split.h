/*
 * Groups dealt to the parts of a split so that every label has, as far as whole groups allow, the same shares.
 *
 * The groups go, largest first and in seeded order among equals, each to the part where it adds least to
 *     sum over parts p and labels l of (n_pl - t_pl)^2 / t_pl,     t_pl = share of p * records of l,
 * Pearson's chi-square between the counts and their targets. With groups of one record this is Webster's method of
 * dealing seats.
 */
#ifndef SLANT_CLI_SPLIT_H
#define SLANT_CLI_SPLIT_H

#include <slant/error.h>
#include <stddef.h>

typedef struct cli_split_item {
  uint32_t group;         /* 0 … n_groups - 1 */
  const uint32_t *strata; /* n_strata numbers below the split's number of strata: the labels of the record */
  uint32_t n_strata;
} cli_split_item;

/* Gives the part of every group, 0 … n_parts - 1, in part_of_group[n_groups]. Shares are above 0 and add up to 1. */
int cli_split(uint32_t *part_of_group, uint32_t n_groups, const cli_split_item *items, size_t n_items,
              uint32_t n_strata, const double *shares, uint32_t n_parts, uint64_t seed, slant_error *error);

#endif

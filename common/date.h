/* Dates as they stand in records: ISO 8601, in all the lengths that people write it. */
#ifndef SLANT_COMMON_DATE_H
#define SLANT_COMMON_DATE_H

#include <slant/str.h>
#include <stdint.h>

#define SLANT_NO_DATE INT64_MIN

/* Seconds since 1970-01-01T00:00:00Z of "2019", "2019-03", "2019-03-07" or "20190307", the last two with a time of day
 * after a T or a blank ("T12:30", "T12:30:05.25"), and that with a Z or an offset ("+02:00", "-0500"); blanks around it
 * do not matter. What is left out counts from its start, and a time without offset is taken for UTC. SLANT_NO_DATE for
 * anything else, days that no calendar has among them. */
int64_t slant_date_parse(slant_str text);

#endif

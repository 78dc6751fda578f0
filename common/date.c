#include "common/date.h"

#include <stdbool.h>

static bool is_digit(slant_str text, size_t at) {
  return at < text.len && text.ptr[at] >= '0' && text.ptr[at] <= '9';
}

static bool is_blank(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

static void skip(slant_str *text, size_t n) {
  text->ptr += n;
  text->len -= n;
}

/* Takes exactly `width` digits off the front. */
static bool take_number(slant_str *text, size_t width, int *out) {
  *out = 0;
  for (size_t i = 0; i < width; i++) {
    if (!is_digit(*text, i)) return false;
    *out = *out * 10 + (text->ptr[i] - '0');
  }
  skip(text, width);
  return true;
}

static bool take_sign(slant_str *text, char sign) {
  if (!text->len || text->ptr[0] != sign) return false;
  skip(text, 1);
  return true;
}

static int days_in(int year, int month) {
  static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return days[month - 1] + (month == 2 && leap);
}

/* Days since 1970-01-01 of the Gregorian calendar; the year of this count begins in March, so that the leap day is the
 * last of its year. */
static int64_t day_number(int year, int month, int day) {
  int64_t y = year - (month < 3), m = (month + 9) % 12;
  return 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 - 719468;
}

/* "2019", "2019-03", "2019-03-07" or "20190307"; `whole` where a time of day may follow. */
static bool take_day(slant_str *text, int64_t *days, bool *whole) {
  int year, month = 1, day = 1;
  *whole = false;
  if (!take_number(text, 4, &year) || year == 0) return false;
  bool dashed = take_sign(text, '-');
  if (dashed || is_digit(*text, 0)) {
    if (!take_number(text, 2, &month) || month < 1 || month > 12) return false;
    *whole = dashed ? take_sign(text, '-') : true;
    if (*whole && (!take_number(text, 2, &day) || day < 1 || day > days_in(year, month))) return false;
  }
  *days = day_number(year, month, day);
  return true;
}

/* "12", "12:30", "1230", "12:30:05.25": the seconds of the day. 60 seconds are a leap second. */
static bool take_time(slant_str *text, int64_t *seconds) {
  int hour, minute = 0, second = 0;
  if (!take_number(text, 2, &hour) || hour > 24) return false;
  if (take_sign(text, ':') || is_digit(*text, 0)) {
    if (!take_number(text, 2, &minute) || minute > 59) return false;
    if ((take_sign(text, ':') || is_digit(*text, 0)) && (!take_number(text, 2, &second) || second > 60)) return false;
    if (take_sign(text, '.') || take_sign(text, ',')) {
      if (!is_digit(*text, 0)) return false;
      while (is_digit(*text, 0)) skip(text, 1);
    }
  }
  *seconds = hour * 3600 + minute * 60 + second;
  return *seconds <= 24 * 3600;
}

/* "Z", "+02:00", "-0500", "+02", or nothing: seconds east of Greenwich. */
static bool take_offset(slant_str *text, int64_t *seconds) {
  int hours, minutes = 0;
  *seconds = 0;
  if (!text->len || take_sign(text, 'Z') || take_sign(text, 'z')) return true;
  int sign = take_sign(text, '+') ? 1 : take_sign(text, '-') ? -1 : 0;
  if (!sign || !take_number(text, 2, &hours) || hours > 23) return false;
  if ((take_sign(text, ':') || is_digit(*text, 0)) && (!take_number(text, 2, &minutes) || minutes > 59)) return false;
  *seconds = sign * (hours * 3600 + minutes * 60);
  return true;
}

int64_t slant_date_parse(slant_str text) {
  int64_t days, seconds = 0, offset = 0;
  bool whole;
  while (text.len && is_blank(text.ptr[0])) skip(&text, 1);
  while (text.len && is_blank(text.ptr[text.len - 1])) text.len--;
  if (!take_day(&text, &days, &whole)) return SLANT_NO_DATE;
  if (text.len) {
    if (!whole || (!take_sign(&text, 'T') && !take_sign(&text, 't') && !take_sign(&text, ' '))) return SLANT_NO_DATE;
    if (!take_time(&text, &seconds)) return SLANT_NO_DATE;
    if (text.len && text.ptr[0] == ' ') skip(&text, 1);
    if (!take_offset(&text, &offset) || text.len) return SLANT_NO_DATE;
  }
  return days * 86400 + seconds - offset;
}

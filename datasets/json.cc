// simdjson behind a C face. No exception leaves this file: simdjson's own come as error codes, and only memory can
// throw.
#include "datasets/json.h"

#include "datasets/json_scan.h"
#include "datasets/utf8.h"

#include <cstring>
#include <new>
#include <simdjson.h>
#include <string>

namespace dom = simdjson::dom;

struct slant_json {
  dom::parser parser;
  slant_str source = {nullptr, 0}; // the text: where it stands, or in `padded`
  std::string padded;              // a copy, with the padding that simdjson reads behind it
  std::string text;
  uint32_t repaired = 0;
  slant_json() : parser(simdjson::SIMDJSON_MAXSIZE_BYTES) {}
};

namespace {

static_assert(sizeof(dom::element) <= sizeof(slant_json_value), "an element fits into a value");

slant_json_value wrap(dom::element element) {
  slant_json_value value = {nullptr, 0};
  std::memcpy(static_cast<void *>(&value), static_cast<const void *>(&element), sizeof element);
  return value;
}

dom::element unwrap(slant_json_value value) {
  dom::element element;
  std::memcpy(static_cast<void *>(&element), static_cast<const void *>(&value), sizeof element);
  return element;
}

std::string repair_utf8(const std::string &text, uint32_t &repaired) {
  std::string out(text.size() * 3, '\0');
  out.resize(slant_utf8_repair(slant_str{text.data(), text.size()}, &out[0], &repaired));
  return out;
}

// The value of \uXXXX at i, -1 if there is none.
long escape_at(const std::string &text, std::size_t i) {
  if (i + 6 > text.size() || text[i] != '\\' || text[i + 1] != 'u') return -1;
  long value = 0;
  for (std::size_t k = i + 2; k < i + 6; k++) {
    const char c = text[k];
    const int digit = c >= '0' && c <= '9'   ? c - '0'
                      : c >= 'a' && c <= 'f' ? c - 'a' + 10
                      : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                             : -1;
    if (digit < 0) return -1;
    value = value * 16 + digit;
  }
  return value;
}

// Halves of surrogate pairs that stand alone become \ufffd. Returns whether there were any.
bool repair_surrogates(std::string &text, uint32_t &repaired) {
  const uint32_t before = repaired;
  for (std::size_t i = 0; i < text.size(); i++) {
    if (text[i] != '\\') continue;
    const long value = escape_at(text, i);
    if (value < 0xd800 || value > 0xdfff) {
      i++; // whatever is escaped
      continue;
    }
    const long next = escape_at(text, i + 6);
    if (value < 0xdc00 && next >= 0xdc00 && next <= 0xdfff) {
      i += 11;
      continue;
    }
    text.replace(i, 6, "\\ufffd");
    i += 5;
    repaired++;
  }
  return repaired != before;
}

static_assert(simdjson::SIMDJSON_PADDING <= SLANT_JSON_PADDING, "the caller's padding is enough");

simdjson::error_code parse(slant_json *json, dom::element &root) {
  return json->parser.parse(json->source.ptr, json->source.len, false).get(root);
}

void show_copy(slant_json *json) {
  json->padded.reserve(json->padded.size() + simdjson::SIMDJSON_PADDING);
  json->source = slant_str{json->padded.data(), json->padded.size()};
}

// A whole number that may not fit into 64 bits, or a number that may be larger than any double.
bool may_be_too_large(slant_str number) {
  std::size_t exponent = 0, digits = 0;
  while (exponent < number.len && (number.ptr[exponent] | 32) != 'e') exponent++;
  while (digits < number.len && number.ptr[digits] != '.' && digits < exponent) digits++;
  return (digits == number.len && digits > 18) || digits > 300 || number.len - exponent > 3;
}

// Numbers that simdjson cannot hold become strings, digit by digit as they were written.
bool quote_large_numbers(std::string &text) {
  std::string out;
  const slant_str whole = {text.data(), text.size()};
  slant_str number = {nullptr, 0};
  std::size_t at = 0, copied = 0;
  while (slant_json_next_number(whole, &at, &number)) {
    if (!may_be_too_large(number)) continue;
    const std::size_t from = at - number.len;
    out.append(text, copied, from - copied).append(1, '"').append(text, from, number.len).append(1, '"');
    copied = at;
  }
  if (!copied) return false;
  out.append(text, copied, std::string::npos);
  text.swap(out);
  return true;
}

// Changes the text, or a copy of it, where simdjson refuses what a record may hold. Returns whether it did.
bool mend(slant_json *json, simdjson::error_code code) {
  const uint32_t before = json->repaired;
  if (json->source.ptr != json->padded.data()) json->padded.assign(json->source.ptr, json->source.len);
  slant_json_fault fault = {0, nullptr};
  switch (code) {
  case simdjson::UTF8_ERROR: json->padded = repair_utf8(json->padded, json->repaired); return json->repaired != before;
  case simdjson::STRING_ERROR: return repair_surrogates(json->padded, json->repaired);
  case simdjson::MEMALLOC:
  case simdjson::CAPACITY: return false;
  default: return slant_json_scan(slant_json_source(json), &fault) && quote_large_numbers(json->padded);
  }
}

int refuse(slant_str text, simdjson::error_code code, slant_error *error) {
  slant_json_fault fault = {0, nullptr};
  if (code == simdjson::MEMALLOC) return slant_fail(error, SLANT_E_MEMORY, "no memory for a JSON line");
  if (slant_json_scan(text, &fault))
    return slant_fail(error, SLANT_E_DATA, "not JSON: %s", simdjson::error_message(code));
  const char *ends = fault.at == text.len ? "the line ends too early: " : "";
  slant_fail(error, SLANT_E_DATA, "not JSON: %s%s", ends, fault.what);
  slant_error_at(error, nullptr, 0, fault.at + 1);
  return SLANT_E_DATA;
}

} // namespace

int slant_json_new(slant_json **out, slant_error *error) {
  *out = new (std::nothrow) slant_json;
  return *out ? SLANT_OK : slant_fail(error, SLANT_E_MEMORY, "no memory for a JSON parser");
}

void slant_json_free(slant_json *json) {
  delete json;
}

// simdjson steps over a byte order mark, in newer versions; it may open a file, and is no part of a JSON text.
static bool begins_with_mark(slant_str text) {
  return text.len >= 3 && std::memcmp(text.ptr, "\xef\xbb\xbf", 3) == 0;
}

// Parses json->source, which may be mended on the way; errors are of the text as it was given.
static int parse_source(slant_json *json, slant_str given, slant_json_value *root, slant_error *error) {
  dom::element element;
  json->repaired = 0;
  simdjson::error_code code = begins_with_mark(given) ? simdjson::TAPE_ERROR : parse(json, element);
  while (code && mend(json, code)) {
    show_copy(json);
    code = parse(json, element);
  }
  if (code) return refuse(given, code, error);
  *root = wrap(element);
  return SLANT_OK;
}

int slant_json_parse_padded(slant_json *json, slant_str text, slant_json_value *root, slant_error *error) {
  try {
    json->source = text;
    return parse_source(json, text, root, error);
  } catch (const std::bad_alloc &) {
    return slant_fail(error, SLANT_E_MEMORY, "no memory for a JSON line");
  }
}

int slant_json_parse(slant_json *json, slant_str text, slant_json_value *root, slant_error *error) {
  try {
    json->padded.assign(text.ptr ? text.ptr : "", text.len);
    show_copy(json);
    return parse_source(json, text, root, error);
  } catch (const std::bad_alloc &) {
    return slant_fail(error, SLANT_E_MEMORY, "no memory for a JSON line");
  }
}

slant_str slant_json_source(const slant_json *json) {
  return json->source;
}

bool slant_utf8_valid(slant_str text) {
  return simdjson::validate_utf8(text.ptr ? text.ptr : "", text.len);
}

uint32_t slant_json_repaired(const slant_json *json) {
  return json->repaired;
}

slant_json_type slant_json_type_of(slant_json_value value) {
  switch (unwrap(value).type()) {
  case dom::element_type::OBJECT: return SLANT_JSON_OBJECT;
  case dom::element_type::ARRAY: return SLANT_JSON_ARRAY;
  case dom::element_type::STRING: return SLANT_JSON_STRING;
  case dom::element_type::BOOL: return SLANT_JSON_BOOLEAN;
  case dom::element_type::NULL_VALUE: return SLANT_JSON_NULL;
  default: return SLANT_JSON_NUMBER;
  }
}

slant_str slant_json_string(slant_json_value value) {
  std::string_view view;
  if (unwrap(value).get(view)) return slant_str{nullptr, 0};
  return slant_str{view.data(), view.size()};
}

int slant_json_each(slant_json_value value, int (*visit)(void *context, slant_str key, slant_json_value value),
                    void *context) {
  dom::object object;
  dom::array array;
  const dom::element element = unwrap(value);
  if (!element.get(object)) {
    for (const dom::key_value_pair member : object)
      if (const int status = visit(context, slant_str{member.key.data(), member.key.size()}, wrap(member.value)))
        return status;
  } else if (!element.get(array)) {
    for (const dom::element item : array)
      if (const int status = visit(context, slant_str{nullptr, 0}, wrap(item))) return status;
  }
  return 0;
}

bool slant_json_find(slant_json_value object, const char *key, slant_json_value *out) {
  dom::object members;
  dom::element found;
  *out = slant_json_value{};
  if (unwrap(object).get(members) || members.at_key(key).get(found)) return false;
  *out = wrap(found);
  return true;
}

slant_str slant_json_find_string(slant_json_value object, const char *key) {
  slant_json_value value;
  return slant_json_find(object, key, &value) ? slant_json_string(value) : slant_str{"", 0};
}

slant_str slant_json_text(slant_json *json, slant_json_value value) {
  try {
    json->text = simdjson::minify(unwrap(value));
    return slant_str{json->text.data(), json->text.size()};
  } catch (const std::exception &) {
    return slant_str{nullptr, 0};
  }
}

// simdjson behind a C face. No exception leaves this file: simdjson's own come as error codes, and only memory can
// throw.
#include "datasets/json.h"

#include <cstring>
#include <new>
#include <simdjson.h>
#include <string>

namespace dom = simdjson::dom;

struct slant_json {
  dom::parser parser;
  std::string padded; // the text with the padding that simdjson reads behind it
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

std::size_t sequence_length(const unsigned char *p, std::size_t left) {
  const unsigned char c = p[0];
  if (c < 0x80) return 1;
  if (c < 0xc2 || c > 0xf4) return 0;
  const std::size_t len = c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
  if (left < len) return 0;
  const unsigned char low = c == 0xe0 ? 0xa0 : c == 0xf0 ? 0x90 : 0x80;
  const unsigned char high = c == 0xed ? 0x9f : c == 0xf4 ? 0x8f : 0xbf;
  if (p[1] < low || p[1] > high) return 0;
  for (std::size_t i = 2; i < len; i++)
    if ((p[i] & 0xc0) != 0x80) return 0;
  return len;
}

std::string repair_utf8(const std::string &text, uint32_t &repaired) {
  std::string out;
  const auto *p = reinterpret_cast<const unsigned char *>(text.data());
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t len = sequence_length(p + i, text.size() - i);
    if (len) {
      out.append(text, i, len);
    } else {
      out += "\xef\xbf\xbd";
      repaired++;
    }
    i += len ? len : 1;
  }
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

simdjson::error_code parse_padded(slant_json *json, dom::element &root) {
  const std::size_t len = json->padded.size();
  json->padded.reserve(len + simdjson::SIMDJSON_PADDING);
  return json->parser.parse(json->padded.data(), len, false).get(root);
}

const char *explain(simdjson::error_code code) {
  switch (code) {
  case simdjson::EMPTY: return "the line is empty";
  case simdjson::STRING_ERROR: return "a string has a bad escape";
  case simdjson::UNESCAPED_CHARS: return "a string has a control character that is not escaped";
  case simdjson::UNCLOSED_STRING: return "a string is not closed";
  case simdjson::NUMBER_ERROR: return "a number is malformed";
  case simdjson::DEPTH_ERROR: return "it is nested too deeply";
  case simdjson::T_ATOM_ERROR:
  case simdjson::F_ATOM_ERROR:
  case simdjson::N_ATOM_ERROR: return "a word is none of true, false, null";
  case simdjson::CAPACITY: return "the line is larger than 4 GiB";
  default: return "a JSON object was expected";
  }
}

} // namespace

int slant_json_new(slant_json **out, slant_error *error) {
  *out = new (std::nothrow) slant_json;
  return *out ? SLANT_OK : slant_fail(error, SLANT_E_MEMORY, "no memory for a JSON parser");
}

void slant_json_free(slant_json *json) {
  delete json;
}

int slant_json_parse(slant_json *json, slant_str text, slant_json_value *root, slant_error *error) {
  try {
    dom::element element;
    json->repaired = 0;
    json->padded.assign(text.ptr ? text.ptr : "", text.len);
    simdjson::error_code code = parse_padded(json, element);
    if (code == simdjson::UTF8_ERROR) {
      json->padded = repair_utf8(json->padded, json->repaired);
      code = parse_padded(json, element);
    }
    if (code == simdjson::STRING_ERROR && repair_surrogates(json->padded, json->repaired))
      code = parse_padded(json, element);
    if (code == simdjson::MEMALLOC) return slant_fail(error, SLANT_E_MEMORY, "no memory for a JSON line");
    if (code) return slant_fail(error, SLANT_E_DATA, "not JSON: %s", explain(code));
    *root = wrap(element);
    return SLANT_OK;
  } catch (const std::bad_alloc &) {
    return slant_fail(error, SLANT_E_MEMORY, "no memory for a JSON line");
  }
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

slant_str slant_json_text(slant_json *json, slant_json_value value) {
  try {
    json->text = simdjson::minify(unwrap(value));
    return slant_str{json->text.data(), json->text.size()};
  } catch (const std::exception &) {
    return slant_str{nullptr, 0};
  }
}

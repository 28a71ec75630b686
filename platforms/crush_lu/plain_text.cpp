#include "crush_lu/plain_text.hpp"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <stdexcept>

namespace crush_lu {

namespace {

using icu::UnicodeString;

const icu::Normalizer2& form(const icu::Normalizer2* (*get)(UErrorCode&)) {
    UErrorCode error = U_ZERO_ERROR;
    const icu::Normalizer2* found = get(error);
    if (U_FAILURE(error)) throw std::runtime_error(std::string("ICU has no normalisation data: ") + u_errorName(error));
    return *found;
}

UnicodeString in_form(const icu::Normalizer2& normalizer, const UnicodeString& text) {
    UErrorCode error = U_ZERO_ERROR;
    UnicodeString result = normalizer.normalize(text, error);
    if (U_FAILURE(error)) throw std::runtime_error(std::string("ICU: ") + u_errorName(error));
    return result;
}

UnicodeString decode(std::string_view text) {
    return UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())));
}

template <class Visit>
void each(const UnicodeString& text, Visit visit) {
    for (std::int32_t i = 0; i < text.length(); i = text.moveIndex32(i, 1)) visit(text.char32At(i));
}

UnicodeString collapsed(const UnicodeString& text) {
    UnicodeString result;
    bool gap = false;
    each(text, [&](UChar32 c) {
        if (u_isUWhiteSpace(c)) {
            gap = !result.isEmpty();
        } else {
            if (gap) result.append(UChar32(' '));
            gap = false;
            result.append(c);
        }
    });
    return result;
}

UnicodeString bare(const UnicodeString& text) {
    UnicodeString result;
    each(in_form(form(icu::Normalizer2::getNFKDInstance), text), [&](UChar32 c) {
        const auto kind = u_charType(c);
        if (!u_ispunct(c) && kind != U_NON_SPACING_MARK && kind != U_ENCLOSING_MARK) result.append(c);
    });
    return in_form(form(icu::Normalizer2::getNFKCInstance), result);
}

}  // namespace

std::string normalised(std::string_view text, Loosely loosely) {
    UnicodeString folded = in_form(form(icu::Normalizer2::getNFKCCasefoldInstance), decode(text));
    if (loosely == Loosely::yes) folded = bare(folded);
    std::string result;
    collapsed(folded).toUTF8String(result);
    return result;
}

std::string without_blanks(std::string text) {
    std::erase(text, ' ');
    return text;
}

bool is_blank(std::string_view text) {
    bool blank = true;
    each(decode(text), [&](UChar32 c) {
        const auto kind = u_charType(c);
        if (!u_isUWhiteSpace(c) && kind != U_CONTROL_CHAR && kind != U_FORMAT_CHAR) blank = false;
    });
    return blank;
}

}  // namespace crush_lu

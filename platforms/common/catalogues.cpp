#include "common/catalogues.hpp"

#include <boost/locale/gnu_gettext.hpp>
#include <boost/locale/message.hpp>
#include <locale>
#include <map>
#include <vector>

// clang-format off
#define CATALOGUE(language)                                                                                     \
    asm(".section .rodata\n.global catalogue_" #language "\n.global catalogue_" #language "_end\n"              \
        "catalogue_" #language ":\n.incbin \"" CATALOGUE_FOLDER "/" #language ".mo\"\n"                         \
        "catalogue_" #language "_end:\n.byte 0\n.previous\n");                                                  \
    extern "C" const char catalogue_##language[], catalogue_##language##_end[]
CATALOGUE(de);
CATALOGUE(fr);
// clang-format on

namespace platform {

namespace {

using Messages = boost::locale::message_format<char>;

/// A language's messages; the locale owns them.
struct Catalogue {
    std::locale owner;
    const Messages* messages;

    Catalogue(const std::string& language, const char* begin, const char* end) {
        boost::locale::gnu_gettext::messages_info info;
        info.language = language;
        info.encoding = "UTF-8";
        info.domains.emplace_back("entreprinder");
        info.paths.emplace_back("");  // asked of the callback alone
        info.callback = [=](const std::string& file, const std::string&) {
            return file.find("/" + language + "/") == file.npos ? std::vector<char>() : std::vector<char>(begin, end);
        };
        auto* facet = boost::locale::gnu_gettext::create_messages_facet<char>(info);
        owner = std::locale(std::locale::classic(), facet);
        messages = facet;
    }
};

const Messages* messages_of(const std::string& language) {
    static const std::map<std::string, Catalogue> all = [] {
        std::map<std::string, Catalogue> made;
        made.try_emplace("de", "de", catalogue_de, catalogue_de_end);
        made.try_emplace("fr", "fr", catalogue_fr, catalogue_fr_end);
        return made;
    }();
    const auto found = all.find(language);
    return found == all.end() ? nullptr : found->second.messages;
}

}  // namespace

const char* translation(const std::string& language, std::string_view message) {
    const Messages* messages = messages_of(language);
    return messages == nullptr ? nullptr : messages->get(0, nullptr, std::string(message).c_str());
}

const char* translation(const std::string& language, std::string_view one, int number) {
    const Messages* messages = messages_of(language);
    return messages == nullptr ? nullptr : messages->get(0, nullptr, std::string(one).c_str(), number);
}

}  // namespace platform

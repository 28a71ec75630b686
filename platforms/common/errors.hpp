/// What is wrong with a form, by field; the empty name is the form as a whole. Services return it, pages show it.
///
///     if (form.company.empty()) errors.add("company", tr("Tell us your company's name."));
///     if (!errors.empty()) return errors;
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace platform {

class Errors {
  public:
    /// The first message of a field stays.
    void add(std::string field, std::string_view message) { messages_.try_emplace(std::move(field), message); }
    /// Empty when nothing is wrong with it.
    std::string_view of(std::string_view field) const {
        const auto found = messages_.find(field);
        return found == messages_.end() ? std::string_view() : std::string_view(found->second);
    }
    bool empty() const { return messages_.empty(); }
    bool has(std::string_view field) const { return messages_.find(field) != messages_.end(); }
    auto begin() const { return messages_.begin(); }
    auto end() const { return messages_.end(); }

  private:
    std::map<std::string, std::string, std::less<>> messages_;
};

}  // namespace platform

/// The pages of docs/, as tests see them: their examples in C++ must stand in a source that is compiled and run, their
/// SQL must be what was sent.
///
///     pages::expect_examples("transactions.md", {"platforms/crush_lu/tests/seed_examples_pages_test.cpp"});
///     pages::expect_sql("queries.md", "Reading", sent, postgres());
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pages {

std::string between(std::string_view text, std::string_view before, std::string_view after);
std::string replaced(std::string text, std::string_view what, std::string_view with);

/// Every ```cpp block of docs/topics/<page> is part of one of these files (from the checkout's root), blanks and
/// comments aside. A line `...` in a block stands for what is left out.
void expect_examples(const std::string& page, const std::vector<std::string>& sources);

/// The ```sql blocks below the page's heading `## <section>` are these statements, in order, blanks and comments aside.
/// A block that begins with `-- PostgreSQL` or `-- SQLite` is about that database, another about both; a `;` ends each
/// statement. Parameters are $1, $2 … on both.
void expect_sql(const std::string& page, const std::string& section, const std::vector<std::string>& sent,
                bool postgres);

}  // namespace pages

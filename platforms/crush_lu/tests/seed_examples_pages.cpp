#include "seed_examples_pages.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace pages {

namespace {

std::string read(const std::filesystem::path& path) {
    std::ifstream file(std::filesystem::path(ENTREPRINDER_ROOT) / path);
    EXPECT_TRUE(file) << path;
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

struct Block {
    std::string section;
    std::string language;
    std::string text;
};

std::vector<Block> blocks_of(const std::string& page) {
    std::vector<Block> blocks;
    std::istringstream lines(read("docs/topics/" + page));
    std::string line, section;
    while (std::getline(lines, line)) {
        if (line.starts_with("## ")) section = line.substr(3);
        if (!line.starts_with("```")) continue;
        Block block{section, line.substr(3), {}};
        while (std::getline(lines, line) && line != "```") block.text += line + "\n";
        blocks.push_back(std::move(block));
    }
    return blocks;
}

/// Without line comments and blanks.
std::string essence(const std::string& text, std::string_view comment) {
    std::istringstream lines(text);
    std::string line, result;
    while (std::getline(lines, line)) result += line.substr(0, line.find(comment));
    std::erase_if(result, [](unsigned char c) { return std::isspace(c) != 0; });
    return result;
}

std::vector<std::string> statements_of(const Block& block) {
    std::vector<std::string> statements;
    std::istringstream parts(essence(block.text, "--"));
    for (std::string part; std::getline(parts, part, ';');) statements.push_back(part);
    return statements;
}

}  // namespace

std::string between(std::string_view text, std::string_view before, std::string_view after) {
    const std::size_t begin = text.find(before) + before.size();
    return std::string(text.substr(begin, text.find(after, begin) - begin));
}

std::string replaced(std::string text, std::string_view what, std::string_view with) {
    for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += with.size())
        text.replace(at, what.size(), with);
    return text;
}

void expect_examples(const std::string& page, const std::vector<std::string>& sources) {
    std::string code;
    for (const std::string& source : sources) code += essence(read(source), "//");
    std::size_t examples = 0;
    for (const Block& block : blocks_of(page)) {
        if (block.language != "cpp") continue;
        ++examples;
        std::istringstream lines(block.text + "...\n");
        std::string part;
        for (std::string line; std::getline(lines, line);) {
            if (line != "...") {
                part += line + "\n";
                continue;
            }
            EXPECT_NE(code.find(essence(part, "//")), std::string::npos)
                << page << ", " << block.section << ": no test has this example:\n"
                << part;
            part.clear();
        }
    }
    EXPECT_GT(examples, 0U) << page;
}

void expect_sql(const std::string& page, const std::string& section, const std::vector<std::string>& sent,
                bool postgres) {
    std::vector<std::string> shown, run;
    for (const Block& block : blocks_of(page)) {
        if (block.section != section || block.language != "sql") continue;
        if (block.text.starts_with(postgres ? "-- SQLite" : "-- PostgreSQL")) continue;
        for (std::string& statement : statements_of(block)) shown.push_back(std::move(statement));
    }
    std::string actual;
    for (std::string statement : sent) {
        for (std::size_t i = 0; i + 1 < statement.size(); ++i)
            if (statement[i] == '?' && std::isdigit(static_cast<unsigned char>(statement[i + 1]))) statement[i] = '$';
        run.push_back(essence(statement, "--"));
        actual += statement + ";\n";
    }
    EXPECT_EQ(shown, run) << page << ", " << section << " on " << (postgres ? "PostgreSQL" : "SQLite")
                          << "; what was sent:\n"
                          << actual;
}

}  // namespace pages

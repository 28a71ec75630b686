/// Mail as it leaves: into a folder, with a line for each sending that survives a kill -9.
///
///     Post post(folder);
///     post.deliver(worker);
///     for (const auto& [job, times] : post.sent()) ...
#pragma once

#include <filesystem>
#include <map>
#include <memory>

#include "mail/mail.hpp"
#include "orm/worker.hpp"

namespace checker {

class Post {
  public:
    /// Creates `folder`.
    explicit Post(const std::filesystem::path& folder);
    ~Post();
    Post(const Post&) = delete;
    Post& operator=(const Post&) = delete;
    void deliver(orm::Worker& worker) { mail::deliver(worker, letters_, *transport_); }
    /// The key of each job whose letter left, and how often.
    std::map<std::int64_t, int> sent() const;

  private:
    std::filesystem::path log_;
    mail::Letters letters_;
    std::unique_ptr<mail::Transport> transport_;
};

/// No mail without its cause, none twice, and none missing, at any moment: the jobs of letters against the rows that
/// cause them.
std::vector<std::string> broken_letters(orm::Executor& tx);
/// The same of what has left, once all jobs are done.
std::vector<std::string> broken_mail(orm::Executor& tx, const Post& post);

}  // namespace checker

/// Two workers of one process (orm/worker.hpp): mail, and everything that is scheduled. So a sweep waits behind no
/// letter, however many there are and however long a mail server takes.
///
///     Crew crew(db, letters, *transport, settings.media_root, log_job);
///     const StopOnSignal<Crew> stop(crew);
///     crew.run();
#pragma once

#include <filesystem>
#include <functional>

#include "mail/mail.hpp"
#include "orm/worker.hpp"

namespace cli {

class Crew {
  public:
    using Report = std::function<void(const orm::JobReport&)>;  ///< called on two threads

    /// `media`: where the files of deleted accounts are.
    Crew(orm::Database& db, const mail::Letters& letters, mail::Transport& transport,
         const std::filesystem::path& media, Report report);

    /// What is due now, what is scheduled first: some of it writes letters. Returns how many jobs it began.
    std::size_t run_due();
    /// The same for ever: until stop().
    void run();
    /// From any thread and from signal handlers.
    void stop() noexcept;

  private:
    orm::Worker mail_, chores_;
};

}  // namespace cli

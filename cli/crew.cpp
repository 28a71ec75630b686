#include "crew.hpp"

#include <thread>

#include "accounts/services.hpp"
#include "crush_lu/invitations.hpp"
#include "crush_lu/letters.hpp"
#include "crush_lu/reviews.hpp"
#include "deletion/deletion.hpp"
#include "vinsdelux/reservations.hpp"

namespace cli {

using namespace std::chrono_literals;

Crew::Crew(orm::Database& db, const mail::Letters& letters, mail::Transport& transport,
           const std::filesystem::path& media, Report report)
    : mail_(db, {.report = report}), chores_(db, {.report = std::move(report)}) {
    mail::deliver(mail_, letters, transport);
    chores_.schedule("vinsdelux.sweep_holds", 60s,
                     [](orm::RunningJob& job) { vinsdelux::sweep_holds(job.db(), job.now()); });
    chores_.schedule("accounts.sweep_sessions", 1h,
                     [](orm::RunningJob& job) { auth::sweep_sessions(job.db(), job.now()); });
    chores_.schedule("crush_lu.reminders", 5min,
                     [](orm::RunningJob& job) { crush_lu::queue_reminders(job.db(), job.now()); });
    chores_.schedule("crush_lu.sweep_invitation_tries", 1h,
                     [](orm::RunningJob& job) { crush_lu::sweep_invitation_tries(job.db(), job.now()); });
    crush_lu::schedule_assignments(chores_);
    deletion::remove_media(chores_, media);
}

std::size_t Crew::run_due() {
    const std::size_t chores = chores_.run_due();
    return chores + mail_.run_due();
}

void Crew::run() {
    const std::jthread beside([this] { chores_.run(); });
    struct Stop {
        orm::Worker& worker;
        ~Stop() { worker.stop(); }
    } const stop{chores_};  // also when mail_ throws: what is joined next would never end
    mail_.run();
}

void Crew::stop() noexcept {
    mail_.stop();
    chores_.stop();
}

}  // namespace cli

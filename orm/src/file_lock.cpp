#include "file_lock.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <limits>
#include <thread>

#include "orm/errors.hpp"

namespace orm {

std::unique_ptr<FileLock> FileLock::take(const std::string& path, std::int64_t key,
                                         std::chrono::milliseconds deadline) {
    const auto end = std::chrono::steady_clock::now() + deadline;
    const int descriptor = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (descriptor < 0) throw ConfigurationError("cannot open '" + path + "': " + std::strerror(errno));
    std::unique_ptr<FileLock> lock(new FileLock(descriptor));
    struct flock byte {};
    byte.l_type = F_WRLCK;
    byte.l_whence = SEEK_SET;
    byte.l_start = static_cast<off_t>(key & (std::numeric_limits<std::int64_t>::max() >> 1));  // offsets end at 2^63
    byte.l_len = 1;
    // Of the open file, not of the process: closing another descriptor of it, or a thread's end, changes nothing.
    for (std::chrono::milliseconds pause{1};; pause = std::min(pause * 2, std::chrono::milliseconds(20))) {
        if (fcntl(descriptor, F_OFD_SETLK, &byte) == 0) return lock;
        if (errno != EAGAIN && errno != EACCES && errno != EINTR)
            throw ConfigurationError("cannot lock '" + path + "': " + std::strerror(errno));
        const auto now = std::chrono::steady_clock::now();
        if (now >= end) return nullptr;
        std::this_thread::sleep_for(std::min<std::chrono::nanoseconds>(pause, end - now));
    }
}

FileLock::~FileLock() {
    close(descriptor_);
}

}  // namespace orm

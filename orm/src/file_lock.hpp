// A lock that the system keeps: between processes and threads, gone with its holder.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

namespace orm {

/// One byte of a file, locked for writing. Two FileLocks of one byte exclude each other, also in one process.
class FileLock {
  public:
    /// Tries until `deadline` has passed; 0: once. Null when somebody else has it. Creates the file, which stays: to
    /// remove it would be a race. ConfigurationError when it cannot be opened or the file system knows no locks.
    static std::unique_ptr<FileLock> take(const std::string& path, std::int64_t key,
                                          std::chrono::milliseconds deadline);
    ~FileLock();
    FileLock(const FileLock&) = delete;
    FileLock& operator=(const FileLock&) = delete;

  private:
    explicit FileLock(int descriptor) : descriptor_(descriptor) {}
    int descriptor_;
};

}  // namespace orm

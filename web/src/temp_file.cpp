#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "web/request.hpp"

namespace web {

TempFile::TempFile(std::string_view purpose) {
    std::string name = (std::filesystem::temp_directory_path() / ("entreprinder-" + std::string(purpose))).string();
    name += "-XXXXXX";
    fd_ = ::mkostemp(name.data(), O_CLOEXEC);  // mode 0600
    if (fd_ < 0) throw std::system_error(errno, std::generic_category(), "cannot create " + name);
    path_ = name;
}

TempFile::~TempFile() {
    close();
    if (!path_.empty()) ::unlink(path_.c_str());
}

TempFile::TempFile(TempFile&& other) noexcept
    : path_(std::exchange(other.path_, {})), fd_(std::exchange(other.fd_, -1)), size_(other.size_) {}

TempFile& TempFile::operator=(TempFile&& other) noexcept {
    std::swap(path_, other.path_);
    std::swap(fd_, other.fd_);
    std::swap(size_, other.size_);
    return *this;
}

void TempFile::append(std::string_view bytes) {
    while (!bytes.empty()) {
        const ::ssize_t written = ::write(fd_, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) throw std::system_error(errno, std::generic_category(), "cannot write " + path_.string());
        bytes.remove_prefix(static_cast<std::size_t>(written));
        size_ += static_cast<std::uint64_t>(written);
    }
}

void TempFile::close() {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

}  // namespace web

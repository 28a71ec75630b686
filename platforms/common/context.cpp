#include "common/context.hpp"

#include <cstdlib>
#include <stdexcept>

namespace platform {

namespace fs = std::filesystem;

std::filesystem::path find_assets() {
    const auto holds = [](const fs::path& folder) { return fs::is_directory(folder / "common" / "static"); };
    if (const char* given = std::getenv("ENTREPRINDER_ASSETS"); given && *given) {
        if (holds(given)) return given;
        throw std::runtime_error(std::string("ENTREPRINDER_ASSETS: no common/static below ") + given);
    }
    if (holds("platforms")) return "platforms";
    std::error_code error;
    fs::path folder = fs::read_symlink("/proc/self/exe", error).parent_path();
    if (const fs::path installed = folder.parent_path() / "share" / "entreprinder"; holds(installed)) return installed;
    for (; folder.has_relative_path(); folder = folder.parent_path())
        if (holds(folder / "platforms")) return folder / "platforms";
    throw std::runtime_error("the sites' stylesheets were not found; set ENTREPRINDER_ASSETS to the folder platforms/");
}

}  // namespace platform

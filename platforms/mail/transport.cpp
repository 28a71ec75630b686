#include "mail/transport.hpp"

#include <curl/curl.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <fstream>

namespace mail {

namespace {

namespace fs = std::filesystem;

class Folder : public Transport {
  public:
    explicit Folder(fs::path folder) : folder_(std::move(folder)) {}

    void send(const Message& message, const std::string& name) override {
        std::error_code error;
        fs::create_directories(folder_, error);
        const fs::path target = folder_ / (name + ".eml");
        const fs::path half = folder_ / ("." + name + "." + std::to_string(getpid()));
        std::ofstream file(half, std::ios::binary);
        file << message.content;
        file.close();
        if (file) fs::rename(half, target, error);  // whole or not at all; a second try replaces the first
        if (!file || error) {
            fs::remove(half, error);
            throw NotNow("cannot write " + target.string());
        }
    }

  private:
    fs::path folder_;
};

struct Reading {
    std::string_view rest;
};
std::size_t read_some(char* buffer, std::size_t size, std::size_t count, void* state) {
    auto& reading = *static_cast<Reading*>(state);
    const std::size_t length = std::min(size * count, reading.rest.size());
    std::memcpy(buffer, reading.rest.data(), length);
    reading.rest.remove_prefix(length);
    return length;
}

/// Which command about the letter came last, as libcurl shows what it sends. What follows a refusal (QUIT) is none.
enum class Asked { about_us, recipient, message };
int note_command(CURL*, curl_infotype type, char* data, size_t size, void* state) {
    const std::string_view command(data, size);
    auto& asked = *static_cast<Asked*>(state);
    if (type != CURLINFO_HEADER_OUT) return 0;
    if (command.starts_with("RCPT ")) asked = Asked::recipient;
    if (command.starts_with("DATA")) asked = Asked::message;
    return 0;
}

class Smtp : public Transport {
  public:
    explicit Smtp(TransportOptions options) : options_(std::move(options)) {
        static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
        if (ready != CURLE_OK) throw std::runtime_error("libcurl does not start");
    }

    void send(const Message& message, const std::string&) override {
        const std::unique_ptr<CURL, void (*)(CURL*)> handle(curl_easy_init(), curl_easy_cleanup);
        if (!handle) throw NotNow("libcurl has no handle to give");
        CURL* curl = handle.get();
        Reading reading{message.content};
        char detail[CURL_ERROR_SIZE] = "";
        const std::string from = "<" + message.from + ">", to = "<" + message.to + ">";
        // The path is what EHLO says: the sender's domain.
        const std::string url = options_.url + "/" + message.from.substr(message.from.find('@') + 1);
        const std::unique_ptr<curl_slist, void (*)(curl_slist*)> recipients(curl_slist_append(nullptr, to.c_str()),
                                                                            curl_slist_free_all);
        curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
        curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
        curl_easy_setopt(curl, CURLOPT_USE_SSL, static_cast<long>(ssl()));
        if (!options_.username.empty()) {
            curl_easy_setopt(curl, CURLOPT_USERNAME, options_.username.c_str());
            curl_easy_setopt(curl, CURLOPT_PASSWORD, options_.password.c_str());
        }
        if (!options_.ca_file.empty()) curl_easy_setopt(curl, CURLOPT_CAINFO, options_.ca_file.c_str());
        curl_easy_setopt(curl, CURLOPT_MAIL_FROM, from.c_str());
        curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, recipients.get());
        curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
        curl_easy_setopt(curl, CURLOPT_READFUNCTION, read_some);
        curl_easy_setopt(curl, CURLOPT_READDATA, &reading);
        curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, static_cast<long>(options_.connect_timeout.count()));
        curl_easy_setopt(curl, CURLOPT_TIMEOUT, static_cast<long>(options_.timeout.count()));
        curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
        curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, detail);
        Asked asked = Asked::about_us;
        curl_easy_setopt(curl, CURLOPT_VERBOSE, 1L);  // for note_command; nothing is written anywhere
        curl_easy_setopt(curl, CURLOPT_DEBUGFUNCTION, note_command);
        curl_easy_setopt(curl, CURLOPT_DEBUGDATA, &asked);
        const CURLcode code = curl_easy_perform(curl);
        if (code == CURLE_OK) return;
        long answer = 0;
        curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer);
        std::string reason = detail[0] != '\0' ? detail : curl_easy_strerror(code);
        if (answer > 0) reason += " (the server's last answer was " + std::to_string(answer) + ")";
        if (about_this_message(code, answer, asked)) throw Refused(reason);
        throw NotNow(reason);
    }

  private:
    curl_usessl ssl() const {
        if (options_.starttls == "off") return CURLUSESSL_NONE;
        return options_.starttls == "optional" ? CURLUSESSL_TRY : CURLUSESSL_ALL;
    }
    /// 5xx that another day will not change: about the recipient or the message. What the server thinks of us (the
    /// greeting, 530, 535: credentials, a sender that it does not take) is for the operator to mend, and the letters
    /// wait.
    static bool about_this_message(CURLcode code, long answer, Asked asked) {
        if (asked == Asked::about_us) return false;
        if (code != CURLE_SEND_ERROR && code != CURLE_WEIRD_SERVER_REPLY && code != CURLE_UPLOAD_FAILED) return false;
        return answer >= 500 && answer < 600 && answer != 530 && answer != 534 && answer != 535 && answer != 538;
    }
    TransportOptions options_;
};

}  // namespace

std::unique_ptr<Transport> make_transport(const TransportOptions& options) {
    if (options.url.empty()) return std::make_unique<Folder>(options.folder);
    TransportOptions smtp = options;
    while (smtp.url.ends_with('/')) smtp.url.pop_back();
    const std::size_t scheme = smtp.url.starts_with("smtp://") ? 7 : smtp.url.starts_with("smtps://") ? 8 : 0;
    if (scheme == 0 || scheme == smtp.url.size() || smtp.url.find_first_of("/@? \r\n", scheme) != smtp.url.npos)
        throw std::invalid_argument(
            "mail.url must look like smtp://host:port or smtps://host:port (user and password stand on their own)");
    if (smtp.starttls != "required" && smtp.starttls != "optional" && smtp.starttls != "off")
        throw std::invalid_argument("mail.starttls must be required, optional or off");
    return std::make_unique<Smtp>(std::move(smtp));
}

}  // namespace mail

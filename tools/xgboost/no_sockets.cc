// WebAssembly without a host: what XGBoost's collective and file code would ask of an operating system fails with
// ENOSYS. lib/method/forest never calls it; it only has to link.
#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <dirent.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

namespace {
int absent() {
  errno = ENOSYS;
  return -1;
}
}  // namespace

extern "C" {
int socket(int, int, int) { return absent(); }
int bind(int, const struct sockaddr *, socklen_t) { return absent(); }
int listen(int, int) { return absent(); }
int connect(int, const struct sockaddr *, socklen_t) { return absent(); }
int accept(int, struct sockaddr *, socklen_t *) { return absent(); }
int shutdown(int, int) { return absent(); }
int getsockname(int, struct sockaddr *, socklen_t *) { return absent(); }
int getsockopt(int, int, int, void *, socklen_t *) { return absent(); }
int setsockopt(int, int, int, const void *, socklen_t) { return absent(); }
ssize_t recv(int, void *, size_t, int) { return absent(); }
ssize_t send(int, const void *, size_t, int) { return absent(); }
int poll(struct pollfd *, nfds_t, int) { return absent(); }
int gethostname(char *, size_t) { return absent(); }
int getaddrinfo(const char *, const char *, const struct addrinfo *, struct addrinfo **) {
  absent();
  return EAI_SYSTEM;
}
void freeaddrinfo(struct addrinfo *) {}
const char *gai_strerror(int) { return "there is no network"; }
FILE *popen(const char *, const char *) {
  absent();
  return nullptr;
}
int pclose(FILE *) { return absent(); }
FILE *fopen(const char *, const char *) {
  absent();
  return nullptr;
}
int open(const char *, int, ...) { return absent(); }
int fcntl(int, int, ...) { return absent(); }
int stat(const char *, struct stat *) { return absent(); }
int lstat(const char *, struct stat *) { return absent(); }
int fstat(int, struct stat *) { return absent(); }
int remove(const char *) { return absent(); }
int rmdir(const char *) { return absent(); }
DIR *opendir(const char *) {
  absent();
  return nullptr;
}
struct dirent *readdir(DIR *) {
  absent();
  return nullptr;
}
int closedir(DIR *) { return absent(); }
}

// Preloaded into a child process by CrashTests: kills it (SIGKILL) at its n-th change to a file below a folder, and writes
// a log of all such changes from which the test makes the disk that a power cut could have left.
//
//   CRASH_FOLDER  only files below it count (those whose names end in -shm do not: SQLite rebuilds them)
//   CRASH_AT      die at the n-th write, sync, truncation, rename or removal; absent: never
//   CRASH_LOG     append a record for each of them here
//   CRASH_NO_SYNC leave syncs out of the log: the control run, in which acknowledged writes must be lost
//
// A record: one line of text "op offset length path[\tpath2]\n", followed by length bytes.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static long count;
static int log_descriptor = -2;

#define REAL(name) static __typeof__(name) *real; if (!real) real = (__typeof__(real))dlsym(RTLD_NEXT, #name)

static ssize_t real_write(int fd, const void *data, size_t size) {
    REAL(write);
    return real(fd, data, size);
}

static int watched(const char *path) {
    const char *folder = getenv("CRASH_FOLDER");
    size_t length = strlen(path);
    if (!folder || strncmp(path, folder, strlen(folder)) != 0) return 0;
    if (length > 4 && strcmp(path + length - 4, "-shm") == 0) return 0;
    return !(length > 5 && strcmp(path + length - 5, ".lock") == 0);
}

static int path_of(int fd, char *path, size_t size) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, size - 1);
    if (length <= 0) return 0;
    path[length] = 0;
    return watched(path);
}

// Called before the change: a process that dies here has not made it.
static void change(const char *op, long offset, const void *data, size_t size, const char *path, const char *path2) {
    pthread_mutex_lock(&lock);
    count++;
    const char *at = getenv("CRASH_AT");
    if (at && count == atol(at)) {
        kill(getpid(), SIGKILL);
        for (;;) pause();
    }
    if (log_descriptor == -2) {
        const char *file = getenv("CRASH_LOG");
        log_descriptor = file ? open(file, O_WRONLY | O_CREAT | O_APPEND, 0600) : -1;
    }
    if (log_descriptor >= 0 && !(getenv("CRASH_NO_SYNC") && strcmp(op, "sync") == 0)) {
        char head[9000];
        int length = snprintf(head, sizeof head, "%s %ld %zu %s%s%s\n", op, offset, size, path, path2 ? "\t" : "", path2 ? path2 : "");
        real_write(log_descriptor, head, (size_t)length);
        if (size) real_write(log_descriptor, data, size);
    }
    pthread_mutex_unlock(&lock);
}

ssize_t pwrite64(int fd, const void *data, size_t size, off64_t offset) {
    REAL(pwrite64);
    char path[4096];
    if (path_of(fd, path, sizeof path)) change("write", offset, data, size, path, NULL);
    return real(fd, data, size, offset);
}

ssize_t pwrite(int fd, const void *data, size_t size, off_t offset) { return pwrite64(fd, data, size, offset); }

ssize_t write(int fd, const void *data, size_t size) {
    char path[4096];
    if (fd > 2 && path_of(fd, path, sizeof path)) change("write", lseek(fd, 0, SEEK_CUR), data, size, path, NULL);
    return real_write(fd, data, size);
}

int fsync(int fd) {
    REAL(fsync);
    char path[4096];
    if (path_of(fd, path, sizeof path)) change("sync", 0, NULL, 0, path, NULL);
    return real(fd);
}

int fdatasync(int fd) {
    REAL(fdatasync);
    char path[4096];
    if (path_of(fd, path, sizeof path)) change("sync", 0, NULL, 0, path, NULL);
    return real(fd);
}

int ftruncate64(int fd, off64_t length) {
    REAL(ftruncate64);
    char path[4096];
    if (path_of(fd, path, sizeof path)) change("truncate", length, NULL, 0, path, NULL);
    return real(fd, length);
}

int ftruncate(int fd, off_t length) { return ftruncate64(fd, length); }

int rename(const char *from, const char *to) {
    REAL(rename);
    if (watched(from)) change("rename", 0, NULL, 0, from, to);
    return real(from, to);
}

int unlink(const char *path) {
    REAL(unlink);
    if (watched(path)) change("unlink", 0, NULL, 0, path, NULL);
    return real(path);
}

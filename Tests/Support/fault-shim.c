// Preloaded into a child process by the tests of a whole service: a disk that gets full and a wall clock that jumps, both
// as a control file says. It is mapped, so that what the tests write there is in force at once.
//
//   FAULT_CONTROL  the control file, four 64-bit integers:
//                  0  nanoseconds by which the wall clock is ahead of the kernel's
//                  1  bytes by which files below FAULT_FOLDER may still grow; negative: as many as there are
//                  2  counted here: writes that were cut short or refused
//                  3  counted here: readings of the wall clock that were changed
//   FAULT_FOLDER   the disk
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

struct control {
    _Atomic int64_t ahead;
    _Atomic int64_t left;
    _Atomic int64_t refused;
    _Atomic int64_t shifted;
};

static struct control nothing = {0, -1, 0, 0};
static struct control *control = &nothing;

__attribute__((constructor)) static void map_control(void) {
    const char *path = getenv("FAULT_CONTROL");
    int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
    if (fd < 0) return;
    void *map = mmap(NULL, sizeof(struct control), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (map != MAP_FAILED) control = map;
    close(fd);
}

#define REAL(name)                                                                                                     \
    static __typeof__(name) *real;                                                                                     \
    if (!real) real = (__typeof__(real))dlsym(RTLD_NEXT, #name)

// The disk.

static int is_on_disk(int fd) {
    const char *folder = getenv("FAULT_FOLDER");
    char link[64], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = folder ? readlink(link, path, sizeof path - 1) : -1;
    if (length <= 0) return 0;
    path[length] = 0;
    return strncmp(path, folder, strlen(folder)) == 0;
}

// How many of the bytes find room, as on a real disk: what is there already can be written again, what is new only as long
// as there is space. -1 where none does.
static ssize_t room(int fd, size_t size, off64_t offset) {
    struct stat64 info;
    if (atomic_load(&control->left) < 0 || size == 0 || !is_on_disk(fd)) return (ssize_t)size;
    if (fstat64(fd, &info) != 0 || !S_ISREG(info.st_mode)) return (ssize_t)size;
    int64_t growth = offset + (int64_t)size - info.st_size;
    if (growth <= 0) return (ssize_t)size;
    int64_t left = atomic_load(&control->left);
    int64_t granted;
    do {
        if (left < 0) return (ssize_t)size;
        granted = left < growth ? left : growth;
    } while (!atomic_compare_exchange_weak(&control->left, &left, left - granted));
    if (granted == growth) return (ssize_t)size;
    atomic_fetch_add(&control->refused, 1);
    int64_t fits = (int64_t)size - growth + granted;
    if (fits > 0) return fits;
    errno = ENOSPC;
    return -1;
}

ssize_t pwrite64(int fd, const void *data, size_t size, off64_t offset) {
    REAL(pwrite64);
    ssize_t fits = room(fd, size, offset);
    return fits < 0 ? -1 : real(fd, data, (size_t)fits, offset);
}

ssize_t pwrite(int fd, const void *data, size_t size, off_t offset) { return pwrite64(fd, data, size, offset); }

ssize_t write(int fd, const void *data, size_t size) {
    REAL(write);
    struct stat64 info;
    if (fd <= 2 || atomic_load(&control->left) < 0 || fstat64(fd, &info) != 0 || !S_ISREG(info.st_mode)) {
        return real(fd, data, size);
    }
    int appends = (fcntl(fd, F_GETFL) & O_APPEND) != 0;
    ssize_t fits = room(fd, size, appends ? info.st_size : lseek64(fd, 0, SEEK_CUR));
    return fits < 0 ? -1 : real(fd, data, (size_t)fits);
}

// The wall clock.

static int64_t ahead(void) {
    int64_t nanoseconds = atomic_load_explicit(&control->ahead, memory_order_relaxed);
    if (nanoseconds) atomic_fetch_add_explicit(&control->shifted, 1, memory_order_relaxed);
    return nanoseconds;
}

static void shift(struct timespec *time, int64_t nanoseconds) {
    int64_t sum = time->tv_nsec + nanoseconds % 1000000000;
    time->tv_sec += nanoseconds / 1000000000 + (sum >= 1000000000) - (sum < 0);
    time->tv_nsec = sum + (sum < 0 ? 1000000000 : 0) - (sum >= 1000000000 ? 1000000000 : 0);
}

int clock_gettime(clockid_t clock, struct timespec *time) {
    REAL(clock_gettime);
    int result = real(clock, time);
    if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) shift(time, ahead());
    return result;
}

int gettimeofday(struct timeval *restrict time, void *restrict zone) {
    (void)zone;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    time->tv_sec = now.tv_sec;
    time->tv_usec = now.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *result) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (result) *result = now.tv_sec;
    return now.tv_sec;
}

// Waits until an instant of the wall clock see its jumps, as they do in the kernel. Those by the monotonic clock do not.

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t *monotonic[1024];

int pthread_cond_init(pthread_cond_t *restrict condition, const pthread_condattr_t *restrict attributes) {
    REAL(pthread_cond_init);
    clockid_t clock = CLOCK_REALTIME;
    if (attributes) pthread_condattr_getclock(attributes, &clock);
    pthread_mutex_lock(&lock);
    int place = -1;
    for (int index = 0; index < 1024; index++) {
        if (monotonic[index] == condition) monotonic[index] = NULL;
        if (place < 0 && !monotonic[index]) place = index;
    }
    if (clock == CLOCK_MONOTONIC && place >= 0) monotonic[place] = condition;
    pthread_mutex_unlock(&lock);
    return real(condition, attributes);
}

static int is_monotonic(pthread_cond_t *condition) {
    int found = 0;
    pthread_mutex_lock(&lock);
    for (int index = 0; index < 1024 && !found; index++) found = monotonic[index] == condition;
    pthread_mutex_unlock(&lock);
    return found;
}

int pthread_cond_timedwait(pthread_cond_t *restrict condition, pthread_mutex_t *restrict mutex,
                           const struct timespec *restrict deadline) {
    REAL(pthread_cond_timedwait);
    if (is_monotonic(condition)) return real(condition, mutex, deadline);
    for (;;) {
        struct timespec now, slice;
        clock_gettime(CLOCK_REALTIME, &now);
        if (now.tv_sec > deadline->tv_sec || (now.tv_sec == deadline->tv_sec && now.tv_nsec >= deadline->tv_nsec)) {
            return ETIMEDOUT;
        }
        slice = now;
        shift(&slice, 10000000);
        if (slice.tv_sec > deadline->tv_sec || (slice.tv_sec == deadline->tv_sec && slice.tv_nsec > deadline->tv_nsec)) {
            slice = *deadline;
        }
        shift(&slice, -atomic_load(&control->ahead));
        int result = real(condition, mutex, &slice);
        if (result != ETIMEDOUT) return result;
    }
}

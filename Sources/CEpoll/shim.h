// What Swift's Glibc module leaves out of Linux: epoll, eventfd, accept4, sendfile and reads that do not wait.
#ifndef PANDO_CEPOLL_H
#define PANDO_CEPOLL_H

#ifdef __linux__
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>

extern int accept4(int, struct sockaddr *, socklen_t *, int);
extern ssize_t preadv2(int, const struct iovec *, int, off_t, int);

#endif
#endif

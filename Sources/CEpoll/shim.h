// What Swift's Glibc module leaves out of Linux: epoll, eventfd and accept4.
#ifndef PANDO_CEPOLL_H
#define PANDO_CEPOLL_H

#ifdef __linux__
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

extern int accept4(int, struct sockaddr *, socklen_t *, int);

#endif
#endif

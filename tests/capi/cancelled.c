/* A call that is to end does so within half a second, asked from its own callback or from another thread, and leaves nothing behind
 * (the sanitizer of tests/capi/run tells of leaks). */
#include <iodose.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { SIDE = 32, COUNT = SIDE * SIDE * SIDE };
static const double AT_MOST = 0.5;

static double now(void) {
    struct timespec time;
    timespec_get(&time, TIME_UTC);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

struct wish {
    atomic_bool stop;
    double asked, after;
};

static void ask(struct wish *wish) {
    if (!atomic_load(&wish->stop)) {
        wish->asked = now();
        atomic_store(&wish->stop, true);
    }
}

static void progress(void *user, uint64_t decays, uint64_t expected, double uncertainty) {
    (void)decays, (void)expected, (void)uncertainty;
    ask(user);
}

static bool cancelled(void *user) {
    return atomic_load(&((struct wish *)user)->stop);
}

static void *other_thread(void *user) {
    struct wish *wish = user;
    struct timespec time = {(time_t)wish->after, (long)(1e9 * (wish->after - (double)(time_t)wish->after))};
    nanosleep(&time, NULL);
    ask(wish);
    return NULL;
}

static int late(const char *who, iodose_status status, const iodose_result *result, const struct wish *wish) {
    double seconds = now() - wish->asked;
    printf("%s, %.1f s after the start: %.3f s later the call was back\n", who, wish->after, seconds);
    return status != IODOSE_STATUS_CANCELLED || result || seconds > AT_MOST;
}

int main(void) {
    iodose_grid grid = {{SIDE, SIDE, SIDE}, {2, 2, 2}, {0, 0, 0}, {1, 0, 0, 0, 1, 0, 0, 0, 1}};
    static float tia[COUNT], density[COUNT];
    for (size_t n = 0; n < COUNT; n++) {
        tia[n] = 1e6f;
        density[n] = n % SIDE < SIDE / 2 ? 0.3f : 1.05f;
    }
    iodose_request *request = NULL;
    if (iodose_request_new(&grid, tia, IODOSE_UNIT_BQ_S_PER_VOXEL, "I-131", &request) ||
        iodose_request_density(request, density, NULL) || iodose_request_decays(request, 5000000000)) {
        fprintf(stderr, "%s\n", iodose_error_text());
        return 1;
    }
    int failed = 0;
    struct wish wish = {0};
    iodose_result *result = NULL;
    iodose_watch told = {progress, cancelled, &wish};
    iodose_status status = iodose_simulate(request, &told, &result);
    failed |= late("from the callback", status, result, &wish);
    for (double after = 0.1; after < 2; after *= 2) {
        struct wish elsewhere = {.after = after};
        iodose_watch watch = {NULL, cancelled, &elsewhere};
        pthread_t thread;
        if (pthread_create(&thread, NULL, other_thread, &elsewhere)) {
            return 1;
        }
        status = iodose_simulate(request, &watch, &result);
        failed |= late("from another thread", status, result, &elsewhere);
        pthread_join(thread, NULL);
    }
    iodose_request_free(request);
    return failed;
}

/* Absorbed dose of a sphere of 131I in water, from arrays in memory. Build and run: tests/capi/run, or with pkg-config:
 *     cc dose_from_arrays.c $(pkg-config --cflags --libs iodose) -lm -o dose_from_arrays */
#include <iodose.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { SIDE = 24 };

static void require(iodose_status status) {
    if (status != IODOSE_STATUS_OK) {
        fprintf(stderr, "error %d: %s\n", (int)status, iodose_error_text());
        exit(1);
    }
}

static void progress(void *user, uint64_t decays, uint64_t expected, double uncertainty) {
    (void)uncertainty;
    *(uint64_t *)user = decays;
    if (decays > expected) {
        fprintf(stderr, "%llu of %llu decays?\n", (unsigned long long)decays, (unsigned long long)expected);
    }
}

static bool at_once(void *user) {
    (void)user;
    return true;
}

int main(int argc, char **argv) {
    iodose_grid grid = {
        {SIDE, SIDE, SIDE}, {2.0, 2.0, 2.0}, {-23.0, -23.0, -23.0}, {1, 0, 0, 0, 1, 0, 0, 0, 1}};
    size_t count = (size_t)SIDE * SIDE * SIDE;
    float *tia = calloc(count, sizeof *tia);
    uint16_t *labels = calloc(count, sizeof *labels);
    if (!tia || !labels) {
        return 1;
    }
    for (size_t n = 0; n < count; n++) {
        double x = -23.0 + 2.0 * (double)(n % SIDE), y = -23.0 + 2.0 * (double)(n / SIDE % SIDE);
        double z = -23.0 + 2.0 * (double)(n / SIDE / SIDE);
        if (x * x + y * y + z * z < 100.0) {
            tia[n] = 1e9f; /* Bq.s in the voxel */
            labels[n] = 1;
        }
    }
    iodose_request *request = NULL;
    require(iodose_request_new(&grid, tia, IODOSE_UNIT_BQ_S_PER_VOXEL, "I-131", &request));
    iodose_result *result = NULL;
    if (iodose_simulate(request, NULL, &result) != IODOSE_STATUS_BAD_INPUT) {
        return 2; /* tissue must be given */
    }
    require(iodose_request_water(request));
    require(iodose_request_labels(request, labels));
    require(iodose_request_decays(request, 20000));
    require(iodose_request_seed(request, 7));
    free(tia); /* the request has copies */
    free(labels);

    uint64_t decays = 0;
    iodose_watch stop = {NULL, at_once, NULL};
    if (iodose_simulate(request, &stop, &result) != IODOSE_STATUS_CANCELLED || result) {
        return 3;
    }
    iodose_watch watch = {progress, NULL, &decays};
    require(iodose_simulate(request, &watch, &result));
    iodose_region sphere;
    require(iodose_result_region(result, 0, &sphere));
    printf("iodose %s: sphere %.3f +- %.3f Gy after %llu decays\n", iodose_version(), sphere.mean_gy, sphere.u_gy,
           (unsigned long long)decays);
    const float *dose = iodose_result_dose(result);
    if (argc > 1) { /* for those who compare the bytes */
        FILE *file = fopen(argv[1], "wb");
        if (!file || fwrite(dose, sizeof *dose, count, file) != count || fclose(file)) {
            return 4;
        }
    }
    iodose_result_free(result);
    iodose_request_free(request);
    return isfinite(sphere.mean_gy) && sphere.mean_gy > 0 && sphere.u_gy > 0 && decays == 20000 ? 0 : 5;
}

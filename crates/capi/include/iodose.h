/* iodose: voxel-level Monte Carlo absorbed dose for radioiodine therapy. Research software, not a medical device.
 * Made from crates/capi/src by cbindgen; do not edit (IODOSE_BLESS=1 cargo test -p iodose-capi writes it anew).
 *
 * Arrays hold one value a voxel, the first axis fastest: value (i, j, k) stands at i + nx * (j + ny * k), as in ITK.
 * Patient space is LPS millimetres, DICOM's and ITK's. Every call may be made from any thread; a handle may be read by many
 * threads at once, and changed by one while no other uses it. No call throws or unwinds. */

#ifndef IODOSE_H
#define IODOSE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

// How a call ended.
typedef enum iodose_status {
  // As asked.
  IODOSE_STATUS_OK = 0,
  // Something other than the input: a file that cannot be written, a lack of threads.
  IODOSE_STATUS_FAILED = 1,
  // The input is wrong or contradicts itself. Nothing was written.
  IODOSE_STATUS_BAD_INPUT = 2,
  // The caller's watch asked to stop. Nothing was written.
  IODOSE_STATUS_CANCELLED = 3,
  // A defect of the library. The handles of this call must be freed and not used otherwise.
  IODOSE_STATUS_DEFECT = 4,
} iodose_status;

// Unit of a map of time-integrated activity.
typedef enum iodose_unit {
  // Bq.s in each voxel: decays per voxel.
  IODOSE_UNIT_BQ_S_PER_VOXEL = 0,
  // Bq.s/mL: decays per mL.
  IODOSE_UNIT_BQ_S_PER_ML = 1,
  // MBq.h/mL.
  IODOSE_UNIT_MBQ_H_PER_ML = 2,
} iodose_unit;

// The uncertainty that is to fall below a target.
typedef enum iodose_goal {
  // The mean of u/D over the goal voxels: those with labels, or those above half the largest dose.
  IODOSE_GOAL_VOXELS = 0,
  // The largest u/D of a goal voxel.
  IODOSE_GOAL_VOXEL_MAX = 1,
  // The largest u/D of the mean of a label.
  IODOSE_GOAL_LESION_MEAN = 2,
  // The largest u/D of the D95 of a label.
  IODOSE_GOAL_D95 = 3,
} iodose_goal;

// What to simulate: a map of time-integrated activity in some tissue. The engine works on copies of all arrays.
typedef struct iodose_request iodose_request;

// Absorbed dose with its uncertainty. Arrays and texts that a result gives live as long as it does.
typedef struct iodose_result iodose_result;

// How many voxels an image has and where they lie in the patient, as ITK and DICOM say it.
typedef struct iodose_grid {
  // Voxels along i, j, k.
  size_t size[3];
  // Distance of neighbours along i, j, k, mm.
  double spacing_mm[3];
  // Centre of voxel (0, 0, 0), LPS mm.
  double origin_mm[3];
  // Unit vectors of i, j, k as the columns of a matrix, row by row, as in ITK: 1 0 0 0 1 0 0 0 1 along the patient's axes.
  double direction[9];
} iodose_grid;

// Mean absorbed dose over the voxels of a label.
typedef struct iodose_region {
  // The label.
  uint16_t label;
  // Mean over its voxels, Gy.
  double mean_gy;
  // Monte Carlo standard uncertainty (k = 1) of the mean, Gy.
  double u_gy;
} iodose_region;

// What is told of progress and asked for a wish to stop; every member may be NULL.
typedef struct iodose_watch {
  // Told several times a second, from the thread that made the call or one that works for it: decays simulated, decays expected
  // in all, and the relative uncertainty reached (NaN where it is not known yet). It must not unwind.
  void (*progress)(void *user, uint64_t decays, uint64_t expected, double uncertainty);
  // Asked often, from any thread, several at once: true ends the call with IODOSE_STATUS_CANCELLED. It must not unwind.
  bool (*cancelled)(void *user);
  // Handed to both.
  void *user;
} iodose_watch;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

// The version of the library, such as "0.1.0". Lives as long as the program.
const char *iodose_version(void);

// The grid of the maps.
//
// # Safety
// The handle and `out` are valid.
enum iodose_status iodose_result_grid(const struct iodose_result *result, struct iodose_grid *out);

// Absorbed dose of each voxel, Gy (Gy/GBq for a case without a therapy activity); NULL for a NULL handle.
//
// # Safety
// The handle is valid.
const float *iodose_result_dose(const struct iodose_result *result);

// Monte Carlo standard uncertainty (k = 1) of each voxel's dose, in the unit of the dose; NaN where nothing was scored.
//
// # Safety
// The handle is valid.
const float *iodose_result_uncertainty(const struct iodose_result *result);

// Number of labels that have a mean.
//
// # Safety
// The handle is valid.
size_t iodose_result_regions(const struct iodose_result *result);

// The mean of the label at a `position` from 0, in ascending order of labels.
//
// # Safety
// The handle and `out` are valid.
enum iodose_status iodose_result_region(const struct iodose_result *result,
                                        size_t position,
                                        struct iodose_region *out);

// All that is known of the run as JSON, the content of run.json; NULL for a NULL handle.
//
// # Safety
// The handle is valid.
const char *iodose_result_record(const struct iodose_result *result);

// Frees a result with its arrays; NULL is allowed.
//
// # Safety
// The handle is valid and, like its arrays and texts, not used again.
void iodose_result_free(struct iodose_result *result);

// Begins a request: the time-integrated activity `tia` of a nuclide such as "I-131" on the dose grid, in an `iodose_unit`. Until a
// mean uncertainty of 1 %, unless said otherwise. Tissue must be given.
//
// # Safety
// `grid` and `out` are valid; `tia` has a value for each voxel; `nuclide` ends with a zero byte.
enum iodose_status iodose_request_new(const struct iodose_grid *grid,
                                      const float *tia,
                                      uint32_t unit,
                                      const char *nuclide,
                                      struct iodose_request **out);

// Tissue: mass density in g/cm3 on the dose grid, and labels of materials (docs/case-file.md) or NULL for materials by density.
//
// # Safety
// The handle is valid; arrays have a value for each voxel.
enum iodose_status iodose_request_density(struct iodose_request *request,
                                          const float *density,
                                          const uint16_t *materials);

// Tissue: a CT in HU on a grid of its own, with the usual curve from HU to density.
//
// # Safety
// Handle and grid are valid; `hu` has a value for each voxel of the grid.
enum iodose_status iodose_request_ct(struct iodose_request *request,
                                     const struct iodose_grid *grid,
                                     const float *hu);

// Tissue: water of 1 g/cm3 everywhere.
//
// # Safety
// The handle is valid.
enum iodose_status iodose_request_water(struct iodose_request *request);

// Regions: labels above 0 on the dose grid. Their voxels are those whose uncertainty counts, and their means are given.
//
// # Safety
// The handle is valid; `labels` has a value for each voxel.
enum iodose_status iodose_request_labels(struct iodose_request *request,
                                         const uint16_t *labels);

// Until the relative uncertainty (k = 1) named by an `iodose_goal` is at most `target`, such as 0.01; but no more than `max_decays`
// and `max_seconds` of wall time, each 0 for no limit.
//
// # Safety
// The handle is valid.
enum iodose_status iodose_request_uncertainty(struct iodose_request *request,
                                              double target,
                                              uint32_t goal,
                                              uint64_t max_decays,
                                              double max_seconds);

// So many decays, in place of an uncertainty.
//
// # Safety
// The handle is valid.
enum iodose_status iodose_request_decays(struct iodose_request *request, uint64_t decays);

// The seed of the random numbers: the same seed gives the same bytes on any number of threads; 1 if never said.
//
// # Safety
// The handle is valid.
enum iodose_status iodose_request_seed(struct iodose_request *request,
                                       uint64_t seed);

// Number of threads; 0 for all of the machine.
//
// # Safety
// The handle is valid.
enum iodose_status iodose_request_threads(struct iodose_request *request, uint32_t threads);

// Ways to save time: "all", "none" (analog transport), or some of balance, tracks, importance, lattice, kerma joined by commas.
//
// # Safety
// The handle is valid; `reductions` ends with a zero byte.
enum iodose_status iodose_request_variance_reduction(struct iodose_request *request,
                                                     const char *reductions);

// Simulates: absorbed dose in Gy with its uncertainty. `watch` may be NULL. The request stays as it is.
//
// # Safety
// The handle, `out` and, if there is one, the watch are valid.
enum iodose_status iodose_simulate(const struct iodose_request *request,
                                   const struct iodose_watch *watch,
                                   struct iodose_result **out);

// Frees a request; NULL is allowed.
//
// # Safety
// The handle is valid and not used again.
void iodose_request_free(struct iodose_request *request);

// Runs a case file and writes all results into a folder: images to dose, lesions, prescription and report, as the command
// `iodose run CASE -o FOLDER` does. `watch` may be NULL; `out` may be NULL where only the files are wanted.
//
// # Safety
// Both texts end with a zero byte; `watch` and `out` are valid or NULL.
enum iodose_status iodose_run(const char *case_file,
                              const char *folder,
                              uint32_t threads,
                              const struct iodose_watch *watch,
                              struct iodose_result **out);

// What was wrong with the last call of this thread that did not end with IODOSE_STATUS_OK, in one line of UTF-8: file, field,
// found, expected. Valid until the thread's next call of the library; "" if nothing was wrong yet.
const char *iodose_error_text(void);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* IODOSE_H */

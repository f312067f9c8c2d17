// The same from C++, with a buffer and a geometry as ITK's images have them, from eight threads at once.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iodose.h>
#include <memory>
#include <stdexcept>
#include <thread>
#include <vector>

struct Image {  // what itk::Image<float, 3> says of itself
    std::size_t size[3];
    double spacing[3], origin[3], direction[9];
    std::vector<float> buffer;
};

static void require(iodose_status status) {
    if (status != IODOSE_STATUS_OK) {
        throw std::runtime_error(iodose_error_text());
    }
}

static iodose_grid grid_of(const Image &image) {
    iodose_grid grid;
    std::memcpy(grid.size, image.size, sizeof grid.size);
    std::memcpy(grid.spacing_mm, image.spacing, sizeof grid.spacing_mm);
    std::memcpy(grid.origin_mm, image.origin, sizeof grid.origin_mm);
    std::memcpy(grid.direction, image.direction, sizeof grid.direction);
    return grid;
}

static std::vector<float> dose(const Image &activity, const Image &ct) {
    iodose_request *request = nullptr;
    const iodose_grid grid = grid_of(activity), ct_grid = grid_of(ct);
    require(iodose_request_new(&grid, activity.buffer.data(), IODOSE_UNIT_BQ_S_PER_ML, "I-131", &request));
    std::unique_ptr<iodose_request, decltype(&iodose_request_free)> held(request, iodose_request_free);
    require(iodose_request_ct(request, &ct_grid, ct.buffer.data()));
    require(iodose_request_decays(request, 5000));
    require(iodose_request_threads(request, 1));
    iodose_result *found = nullptr;
    require(iodose_simulate(request, nullptr, &found));
    std::unique_ptr<iodose_result, decltype(&iodose_result_free)> result(found, iodose_result_free);
    const float *values = iodose_result_dose(found);
    return std::vector<float>(values, values + activity.buffer.size());
}

int main() try {
    // Axes that lead against the patient's, as after an oblique scan turned over: the engine must not mind.
    Image activity{{16, 14, 12}, {3, 3, 4}, {22.5, -19.5, -22}, {-1, 0, 0, 0, 1, 0, 0, 0, 1}, {}};
    activity.buffer.assign(16 * 14 * 12, 1e5f);
    Image ct{{40, 40, 40}, {2, 2, 2}, {-39, -39, -39}, {1, 0, 0, 0, 1, 0, 0, 0, 1}, {}};
    ct.buffer.assign(40 * 40 * 40, 40.0f);
    const std::vector<float> alone = dose(activity, ct);
    std::vector<std::vector<float>> found(8);
    std::vector<std::thread> threads;
    for (auto &one : found) {
        threads.emplace_back([&] { one = dose(activity, ct); });
    }
    for (auto &thread : threads) {
        thread.join();
    }
    for (const auto &one : found) {
        if (std::memcmp(one.data(), alone.data(), alone.size() * sizeof(float)) != 0) {
            throw std::runtime_error("a thread has another dose");
        }
    }
    iodose_request *request = nullptr;
    const iodose_grid bad{{1, 1, 0}, {1, 1, 1}, {0, 0, 0}, {1, 0, 0, 0, 1, 0, 0, 0, 1}};
    if (iodose_request_new(&bad, alone.data(), 0, "I-131", &request) != IODOSE_STATUS_BAD_INPUT || request) {
        throw std::runtime_error("a grid without voxels must be refused");
    }
    std::printf("eight threads, one dose; refused: %s\n", iodose_error_text());
    return 0;
} catch (const std::exception &error) {
    std::fprintf(stderr, "error: %s\n", error.what());
    return 1;
}

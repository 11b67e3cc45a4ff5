// One training step without overhead: affine layers with ReLU, softmax cross-entropy and Adam in float32.
// Python passes the address of NumPy's own sgemm, so that both sides use the same matrix products.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

using Floats = std::vector<float>;
using Gemm = void (*)(int, int, int, int64_t, int64_t, int64_t, float, const float *, int64_t, const float *, int64_t,
                      float, float *, int64_t);
enum { ROW_MAJOR = 101, PLAIN = 111, TRANSPOSED = 112 };
static const float LEARNING_RATE = 1e-3f, BETA_1 = 0.9f, BETA_2 = 0.999f, EPSILON = 1e-8f;

struct Parameter {
    Floats value, gradient, mean, square;
    explicit Parameter(size_t size) : value(size), gradient(size), mean(size), square(size) {}

    void adam(float rate, float epsilon) {
        float *w = value.data(), *m = mean.data(), *v = square.data();
        const float *g = gradient.data();
        for (size_t i = 0; i < value.size(); ++i) {
            m[i] = BETA_1 * m[i] + (1 - BETA_1) * g[i];
            v[i] = BETA_2 * v[i] + (1 - BETA_2) * g[i] * g[i];
            w[i] -= rate * m[i] / (std::sqrt(v[i]) + epsilon);
        }
    }
};

struct Layer {
    int64_t inputs, outputs;
    Parameter weights, bias;
    Floats output, upstream;
    Layer(int64_t i, int64_t o, int64_t batch)
        : inputs(i), outputs(o), weights(i * o), bias(o), output(batch * o), upstream(batch * o) {}
};

struct Network {
    Gemm gemm;
    int64_t batch;
    int steps = 0;
    std::vector<Layer> layers;

    // Loss; the upstream gradient of the last layer becomes (softmax - one-hot) / batch.
    float loss(const int64_t *labels) {
        Layer &last = layers.back();
        const int64_t classes = last.outputs;
        float total = 0;
        for (int64_t n = 0; n < batch; ++n) {
            const float *scores = &last.output[n * classes];
            float *gradient = &last.upstream[n * classes];
            const float top = *std::max_element(scores, scores + classes);
            float sum = 0;
            for (int64_t k = 0; k < classes; ++k) sum += gradient[k] = std::exp(scores[k] - top);
            for (int64_t k = 0; k < classes; ++k) gradient[k] /= sum * batch;
            gradient[labels[n]] -= 1.0f / batch;
            total += std::log(sum) + top - scores[labels[n]];
        }
        return total / batch;
    }

    float step(const float *x, const int64_t *labels) {
        const float *input = x;
        for (Layer &layer : layers) {
            const int64_t in = layer.inputs, out = layer.outputs;
            const bool hidden = &layer != &layers.back();
            const float *bias = layer.bias.value.data();
            gemm(ROW_MAJOR, PLAIN, PLAIN, batch, out, in, 1, input, in, layer.weights.value.data(), out, 0,
                 layer.output.data(), out);
            for (int64_t n = 0; n < batch; ++n) {
                float *row = &layer.output[n * out];
                for (int64_t j = 0; j < out; ++j) row[j] += bias[j];
                if (hidden)
                    for (int64_t j = 0; j < out; ++j) row[j] = row[j] > 0 ? row[j] : 0;
            }
            input = layer.output.data();
        }
        const float value = loss(labels);
        ++steps;
        const float root = std::sqrt(1 - std::pow(BETA_2, float(steps)));
        const float rate = LEARNING_RATE * root / (1 - std::pow(BETA_1, float(steps))), epsilon = EPSILON * root;
        for (size_t i = layers.size(); i-- > 0;) {
            Layer &layer = layers[i];
            const int64_t in = layer.inputs, out = layer.outputs;
            const float *below = i ? layers[i - 1].output.data() : x, *upstream = layer.upstream.data();
            gemm(ROW_MAJOR, TRANSPOSED, PLAIN, in, out, batch, 1, below, in, upstream, out, 0,
                 layer.weights.gradient.data(), out);
            float *sums = layer.bias.gradient.data();
            std::fill_n(sums, out, 0.0f);
            for (int64_t n = 0; n < batch; ++n)
                for (int64_t j = 0; j < out; ++j) sums[j] += upstream[n * out + j];
            if (i) {
                float *dx = layers[i - 1].upstream.data();
                gemm(ROW_MAJOR, PLAIN, TRANSPOSED, batch, in, out, 1, upstream, out, layer.weights.value.data(), out,
                     0, dx, in);
                for (int64_t j = 0; j < batch * in; ++j) dx[j] = below[j] > 0 ? dx[j] : 0;
            }
            layer.weights.adam(rate, epsilon);
            layer.bias.adam(rate, epsilon);
        }
        return value;
    }
};

extern "C" void *make_network(void *gemm, int64_t layers, const int64_t *sizes, int64_t batch,
                              const float *const *weights) {
    Network *network = new Network{reinterpret_cast<Gemm>(gemm), batch};
    for (int64_t i = 0; i < layers; ++i) {
        network->layers.emplace_back(sizes[i], sizes[i + 1], batch);
        std::copy_n(weights[i], sizes[i] * sizes[i + 1], network->layers[i].weights.value.data());
    }
    return network;
}

extern "C" float step(void *network, const float *x, const int64_t *labels) {
    return static_cast<Network *>(network)->step(x, labels);
}

extern "C" void free_network(void *network) { delete static_cast<Network *>(network); }

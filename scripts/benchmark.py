"""Benchmarks, each of which prints medians and ratios measured in one interleaved run.

python scripts/benchmark.py training [ROUNDS [numpy]] a step against hand-fused numpy, PyTorch, JAX
python scripts/benchmark.py vectorisation   loops over windows against the matrix form
python scripts/benchmark.py graph           forward and backward of graphs of up to 100,000 nodes
python scripts/benchmark.py scaling [OUT]   a training step against batch, window and layers: a plot
python scripts/benchmark.py vocabulary      a training step against the sizes of file and table
python scripts/benchmark.py vectors FILE    converting and opening a GloVe file, against gensim
python scripts/benchmark.py pipeline [CONFIG] from the files of a config to windows
python scripts/benchmark.py corpus [TOKENS] memory of training on 50,000,000 tokens
python scripts/benchmark.py tagging         tokens a second, against python-crfsuite and PyTorch
"""

import argparse
import importlib
import importlib.util
import inspect
import os
from importlib.metadata import version

# Before numpy is imported: one thread, and the kernels that OpenBLAS chooses by itself.
os.environ["OPENBLAS_NUM_THREADS"] = "1"
os.environ.pop("OPENBLAS_CORETYPE", None)

PACKAGES = ("numpy", "scipy", "torch", "jax")
MODULES = {
    "training": "training_step",
    "vectorisation": "vectorization",
    "vectorization": "vectorization",
    "graph": "graph_cost",
    "vocabulary": "vocabulary",
    "scaling": "scaling",
    "vectors": "vector_files",
    "pipeline": "pipeline",
    "corpus": "large_corpus",
    "tagging": "tagging",
}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("benchmark", choices=MODULES)
    parser.add_argument("arguments", nargs="*", help="of the benchmark")
    parsed = parser.parse_args()
    module = importlib.import_module(f"benchmarks.{MODULES[parsed.benchmark]}")
    try:
        inspect.signature(module.run).bind(*parsed.arguments)
    except TypeError as error:
        parser.error(f"{parsed.benchmark}: {error}")
    print(software())
    module.run(*parsed.arguments)


def software() -> str:
    """Return the versions of what is measured, and which kernels of BLAS run."""
    named = [f"{name} {version(name)}" for name in PACKAGES if importlib.util.find_spec(name)]
    if importlib.util.find_spec("threadpoolctl"):
        import threadpoolctl

        named += [
            f"{library['internal_api']} {library['version']} on {library['num_threads']} thread "
            f"with its {library.get('architecture')} kernels"
            for library in threadpoolctl.threadpool_info()
        ]
    return ", ".join(named)


if __name__ == "__main__":
    main()

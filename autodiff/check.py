"""``python -m autodiff.check`` checks the gradient of every operation and prints a line for each.

Exit code 1 if one of them fails.
"""

from __future__ import annotations

import sys

from autodiff.gradient_check import check_all, table_of


def main() -> int:
    """Print ``operation  error`` for each registered operation; return the exit code."""
    failed = 0
    for name, reports in check_all().items():
        error = max(report.error for report in reports)
        bad = [report for report in reports if not report.passed]
        print(f"{name:<24} {error:.1e}  {'FAILED' if bad else 'ok'}")
        if bad:
            print(table_of(bad))
        failed += bool(bad)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

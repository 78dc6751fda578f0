"""measure.py OUTPUT COMMAND...: runs a command with its standard output in a file; prints wall seconds, CPU seconds and
peak resident kilobytes. The command's failure is this program's failure."""

import os
import subprocess
import sys
import time

with open(sys.argv[1], "wb") as output:
    start = time.monotonic()
    process = subprocess.Popen(sys.argv[2:], stdout=output)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.monotonic() - start
print(f"{seconds:.4f}\t{usage.ru_utime + usage.ru_stime:.4f}\t{usage.ru_maxrss}")
sys.exit(os.waitstatus_to_exitcode(status))

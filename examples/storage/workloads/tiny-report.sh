#!/bin/sh
# How many lines each of the gdp files has, the header not counted: a job of milliseconds.
set -eu

: "${BARECOUNT_INPUT_GDP:?is not set}" "${BARECOUNT_OUTPUTS_REPORT:?is not set}"

part=$BARECOUNT_OUTPUTS_REPORT.part
echo continent,rows >"$part"
for file in "$BARECOUNT_INPUT_GDP"/continent=*/gdp.csv; do
    [ -f "$file" ] || { echo "error: no gdp files" >&2; exit 1; }
    directory=${file%/gdp.csv}
    lines=$(wc -l <"$file")
    echo "${directory##*continent=},$((lines - 1))" >>"$part"
done
mv "$part" "$BARECOUNT_OUTPUTS_REPORT"
cat "$BARECOUNT_OUTPUTS_REPORT"

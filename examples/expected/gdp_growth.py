#!/usr/bin/env python3
"""Works out what gdp-transform must write, by another way than its workload.

usage: gdp_growth.py [--check FILE]     (default: print the expected file)

The workload takes roots by Newton's method in Java's BigDecimal; this takes logarithms in Python's decimal with 50
digits, and shares no code with it. Needs nothing but Python 3.9 or newer.
"""

import csv
import io
import sys
from decimal import ROUND_HALF_EVEN, Decimal, getcontext
from pathlib import Path

FROM, TO, DECADE = 1957, 2007, 10
STORAGE = Path(__file__).resolve().parent.parent / "storage" / "gdp"

getcontext().prec = 50


def gdp_by_country():
    """{(country, continent): {year: GDP}}"""
    countries = {}
    for file in sorted(STORAGE.glob("continent=*/gdp.csv")):
        continent = file.parent.name.removeprefix("continent=")
        with file.open(encoding="utf-8", newline="") as rows:
            for row in csv.DictReader(rows):
                years = countries.setdefault((row["country"], continent), {})
                years[int(row["year"])] = Decimal(row["pop"]) * Decimal(row["gdpPercap"])
    return countries


def annual_growth_percent(start, end, years):
    rate = ((end / start).ln() / years).exp() - 1
    return (rate * 100).quantize(Decimal("0.0001"), ROUND_HALF_EVEN)


def dollars(amount):
    return amount.quantize(Decimal(1), ROUND_HALF_EVEN)


def main():
    countries = gdp_by_country()
    periods = [(year, year + DECADE) for year in range(FROM, TO, DECADE)] + [(FROM, TO)]
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow("from,to,rank,country,continent,gdp_from,gdp_to,annual_growth_percent".split(","))
    for first, last in periods:
        growth = {
            (country, continent): annual_growth_percent(gdp[first], gdp[last], last - first)
            for (country, continent), gdp in countries.items()
        }
        for key in sorted(growth, key=lambda key: (-growth[key], key[0])):
            rank = 1 + sum(other > growth[key] for other in growth.values())
            gdp = countries[key]
            table.writerow([first, last, rank, *key, dollars(gdp[first]), dollars(gdp[last]), f"{growth[key]:f}"])

    if sys.argv[1:2] == ["--check"]:
        found = Path(sys.argv[2]).read_bytes()
        if found != out.getvalue().encode():
            sys.exit(f"{sys.argv[2]} is not what is expected")
        print(f"{sys.argv[2]}: {len(found.splitlines()) - 1} rows as expected")
    else:
        sys.stdout.write(out.getvalue())


if __name__ == "__main__":
    main()

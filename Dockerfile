# The monitor in a small image: locked packages, nobody privileged, nothing to be written but /data and /tmp.
#   docker build -t newswatch-monitor .        docker run --rm newswatch-monitor demo
ARG BASE=docker.io/library/python:3.13-slim-trixie

FROM ${BASE} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_NO_INPUT=1 PYTHONDONTWRITEBYTECODE=1
RUN python -m venv --without-pip /venv
WORKDIR /src
# Packages change seldom: their layer outlives our own changes.
COPY requirements.lock requirements-build.lock ./
RUN python -m venv --without-pip /tools \
    && python -m pip --python /tools/bin/python install --no-deps --require-hashes --only-binary=:all: -r requirements-build.lock \
    && python -m pip --python /venv/bin/python install --no-deps --require-hashes --only-binary=:all: -r requirements.lock
COPY . .
RUN scripts/sbom /tools/bin/python /venv/bin/python /sbom.cdx.json \
    && /tools/bin/python -m hatchling build --target wheel --directory /wheel \
    && python -m pip --python /venv/bin/python install --no-deps /wheel/*.whl \
    && XDG_CACHE_HOME=/venv/cache /venv/bin/python -m monitor.dictionaries \
    # The tests of others, and the data of which the dictionaries were just made.
    && find /venv/lib \( -type d -name tests -o -name '*.plzma' \) -prune -exec rm -rf {} + \
    && /venv/bin/python -m compileall -q -j 0 /venv/lib

FROM ${BASE}
LABEL org.opencontainers.image.title="newswatch-monitor" \
    org.opencontainers.image.description="Polls regional news and alerts once per real change" \
    org.opencontainers.image.version="0.1.0" \
    org.opencontainers.image.licenses="MIT"
# The base image is what is pinned; within it Debian only mends.
# hadolint ignore=DL3008
RUN apt-get update -qq \
    && apt-get install -y -qq --no-install-recommends tini \
    && rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin /var/cache/apt/archives/*.deb \
    && groupadd --gid 1000 monitor && useradd --uid 1000 --gid 1000 --no-create-home --home-dir /data monitor \
    && install -d -o monitor -g monitor /data
COPY --from=build /venv /venv
COPY --from=build /sbom.cdx.json /usr/share/doc/newswatch-monitor/sbom.cdx.json
WORKDIR /app
COPY --chown=monitor:monitor watchlists watchlists
COPY --chown=monitor:monitor seeds seeds
COPY --chown=monitor:monitor schema schema
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    XDG_CACHE_HOME=/venv/cache \
    MONITOR_LOG_FORMAT=json
# A database on the volume, unless an address is given; as a file of a secret, which stands below the environment, too.
RUN ln -s /data /app/var
USER 1000:1000
VOLUME /data
EXPOSE 8765
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s CMD ["python", "-m", "monitor.healthcheck"]
ENTRYPOINT ["tini", "--", "monitor"]
CMD ["run"]

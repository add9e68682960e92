# The image of compose.yaml: Postbote with all that it needs, and nothing to build it with.
ARG PYTHON=3.11-slim-bookworm

FROM python:${PYTHON} AS build
WORKDIR /build
COPY requirements-install.lock requirements.lock requirements-s3.lock ./
# hadolint ignore=DL3042
RUN pip install --quiet --disable-pip-version-check --require-hashes -r requirements-install.lock
# With requirements-s3.lock, media may be in S3.
ARG LOCK=requirements.lock
# Compiled once, here: where it runs, nothing can be written.
ENV UV_COMPILE_BYTECODE=1
RUN python -m venv --without-pip /opt/postbote \
    && uv pip install --quiet --python /opt/postbote/bin/python --require-hashes -r "${LOCK:-requirements.lock}"
COPY pyproject.toml requirements.txt requirements-s3.txt README.md LICENSE ./
COPY bot bot
COPY publisher publisher
COPY storage storage
RUN pip wheel --quiet --no-deps --no-build-isolation --wheel-dir wheels . \
    && uv pip install --quiet --python /opt/postbote/bin/python --no-deps wheels/*.whl \
    && mkdir /empty

FROM python:${PYTHON}
COPY --from=build /opt/postbote /opt/postbote
# A new volume takes over whom this folder belongs to.
COPY --from=build --chown=10001:10001 /empty/ /var/lib/postbote/
ENV PATH=/opt/postbote/bin:$PATH \
    HOME=/var/lib/postbote \
    DATA_DIR=/var/lib/postbote/data \
    HEALTH_ADDRESS=127.0.0.1:9464 \
    PYTHONDONTWRITEBYTECODE=1
# Docker starts anew what ends, but not what stands still: two minutes without a sign of life, and it ends itself.
ENV WATCHDOG_USEC=120000000 \
    PYTHONFAULTHANDLER=1
WORKDIR /var/lib/postbote
USER 10001:10001
VOLUME /var/lib/postbote
HEALTHCHECK --interval=60s --timeout=10s --start-period=5m --start-interval=2s \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:9464/health', timeout=5)"]
ENTRYPOINT ["postbote"]
CMD ["run"]

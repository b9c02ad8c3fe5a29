# drip with what it needs and nothing else; `docker compose up --build` makes and uses it.
FROM python:3.13-slim AS packages
COPY requirements.txt .
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes -r requirements.txt

FROM python:3.13-slim
RUN useradd --system --uid 10001 --home-dir /data --no-create-home drip && install --directory --owner=drip /data
COPY --from=packages /venv /venv
COPY drip /app/drip
COPY workers /app/workers
COPY campaigns /app/campaigns
COPY templates /app/templates
ENV PATH=/venv/bin:$PATH PYTHONPATH=/app PYTHONUNBUFFERED=1
RUN python -m compileall -q /app
USER drip
WORKDIR /data
VOLUME /data
EXPOSE 8025
ENTRYPOINT ["python", "-P", "-m", "drip"]
CMD ["--help"]

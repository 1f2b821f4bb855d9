# An image of the server. `docker compose up` (compose.yaml) runs it with PostgreSQL.
FROM python:3.13-slim

RUN useradd --create-home --home-dir /srv/annotator --shell /usr/sbin/nologin annotator
WORKDIR /srv/annotator

# The dependencies change less often than the code, so they have a layer of their own.
COPY requirements/run.txt requirements/postgresql.txt requirements/oidc.txt requirements/
RUN pip install --no-cache-dir --require-hashes -r requirements/run.txt -r requirements/postgresql.txt -r requirements/oidc.txt

COPY pyproject.toml README.md LICENSE ./
COPY annotator annotator
COPY seeds seeds
COPY templates templates
RUN pip install --no-cache-dir --no-build-isolation --no-deps . \
 && rm -r annotator seeds templates pyproject.toml \
 && install --directory --owner=annotator --group=annotator --mode=0700 /var/lib/annotator

ENV ANNOTATOR_INSTANCE=/var/lib/annotator PYTHONUNBUFFERED=1
VOLUME /var/lib/annotator
USER annotator
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/health', timeout=4)"]
CMD ["annotator", "run", "--host", "0.0.0.0", "--port", "8000"]

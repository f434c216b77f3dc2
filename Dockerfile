FROM python:3.11-slim
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
# Letters for the pictures beside shared addresses.
RUN apt-get update && apt-get install -y --no-install-recommends fonts-dejavu-core && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY requirements/run.txt requirements/run.txt
RUN pip install --no-cache-dir --require-hashes -r requirements/run.txt
COPY . .
RUN useradd --system --uid 10001 --create-home loadbearing && mkdir -p var && chown loadbearing var
RUN python -m compileall -q .
USER 10001
EXPOSE 8000
CMD ["sh", "-c", "python manage.py prepare && exec python -m config.serving --host 0.0.0.0"]

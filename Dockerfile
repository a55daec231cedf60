# The production ad server: compiled JavaScript and the packages that serving needs, nothing else.
FROM node:24.21.0-bookworm-slim AS base
WORKDIR /app
COPY package.json package-lock.json .npmrc ./

FROM base AS build
RUN npm ci --ignore-scripts --no-audit --no-fund --include=dev
COPY tsconfig.json tsconfig.build.json ./
COPY scripts scripts
COPY console console
COPY sdk sdk
COPY tag tag
COPY migrations migrations
COPY warehouse warehouse
COPY src src
RUN node scripts/build.mjs

FROM base AS packages
# The decoder of uploaded pictures is an optional package of each platform; the servers of the embedded start are too, and
# are not wanted here, nor is what only developers read. What is left is listed in sbom.cdx.json.
COPY scripts/prune-image.mjs /tmp/
RUN npm ci --ignore-scripts --no-audit --no-fund --omit=dev && node /tmp/prune-image.mjs .

FROM node:24.21.0-bookworm-slim
# How Node is started is measured (docs/benchmarks.md), and said once more in scripts/lib/servingEngine.json.
ENV NODE_ENV=production PORT=8080 DRAIN_SECONDS=10 ATELIER_DATA_DIR=/var/lib/atelier TMPDIR=/var/lib/atelier GLIBC_TUNABLES=glibc.malloc.hugetlb=1
WORKDIR /app
# The letters of drawn banners. Nothing installs packages here any more.
RUN rm -rf /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack /opt/yarn* \
  && apt-get update && apt-get install -y --no-install-recommends fonts-dejavu-core && rm -rf /var/lib/apt/lists/*
# The only place that is written to (events and spool); everything else may be mounted read-only.
RUN mkdir -p /var/lib/atelier && chown node:node /var/lib/atelier
COPY --from=packages /app/package.json /app/sbom.cdx.json ./
COPY --from=packages /app/node_modules node_modules
COPY --from=build /app/dist dist
USER node
VOLUME /var/lib/atelier
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# `docker run IMAGE migrate` migrates; the arguments are those of `src/main.ts`.
ENTRYPOINT ["node", "--use-largepages=silent", "--heap-growing-percent=150", "dist/src/main.js"]
CMD ["serve"]

# The service as an image: sources and production packages, run by a user who may write nothing but the data folder.
# Node 24 runs TypeScript as it stands, so nothing is built, and nothing (tsx) is needed to run it.

FROM node:24-bookworm-slim AS prepared
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# What only programmers read is a quarter of the packages: source maps and declarations. tsx is for the older versions of Node.
RUN npm ci --omit=dev --ignore-scripts \
  && rm -rf node_modules/tsx node_modules/esbuild node_modules/@esbuild node_modules/.bin \
  && find node_modules -type f \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.cts' -o -name '*.d.mts' \) -delete
COPY machines machines
COPY diagrams diagrams
COPY src src
RUN chmod -R a+rX . && mkdir data compiled && chown node:node data compiled
# Compiled once instead of at each start, which then takes half the time. Node keeps it by user, so this one does it.
USER node
ENV NODE_COMPILE_CACHE=/app/compiled
RUN node -e "import('./src/service.ts')"

FROM node:24-bookworm-slim
LABEL org.opencontainers.image.title="Verification workflows" \
  org.opencontainers.image.description="Email, phone and login verification as explicit XState machines, over HTTP" \
  org.opencontainers.image.version="0.1.0" \
  org.opencontainers.image.licenses="MIT"
WORKDIR /app
COPY --from=prepared /app/node_modules node_modules
COPY --from=prepared /app/package.json ./
COPY --from=prepared /app/machines machines
COPY --from=prepared /app/diagrams diagrams
COPY --from=prepared /app/src src
COPY --from=prepared /app/compiled compiled
# Used with the embedded database alone: mount a volume there, which gets this folder's owner.
COPY --from=prepared --chown=node:node /app/data /data
ENV NODE_ENV=production \
  NODE_COMPILE_CACHE=/app/compiled \
  HOST=0.0.0.0 \
  PORT=3000 \
  DATA_DIR=/data
USER node
EXPOSE 3000
STOPSIGNAL SIGTERM
# Whether the process lives, and nothing else: while its database is away, another process would be no better.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s \
  CMD ["node", "-e", "require('node:http').get({ host: '127.0.0.1', port: process.env.PORT, path: '/healthz' }, ({ statusCode }) => process.exit(statusCode === 200 ? 0 : 1)).on('error', () => process.exit(1))"]
CMD ["node", "src/main.ts"]

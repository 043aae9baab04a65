# The service as an image: compiled sources and production packages, run by a user who may write nothing but the data folder.

FROM node:24-bookworm-slim AS built
WORKDIR /app
COPY package.json package-lock.json .npmrc tsconfig.json tsconfig.build.json ./
RUN npm ci --ignore-scripts
COPY machines machines
COPY diagrams diagrams
COPY src src
RUN npm run build

FROM node:24-bookworm-slim AS prepared
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Source maps and declarations are a quarter of the packages, and only programmers read them.
RUN npm ci --omit=dev --ignore-scripts \
  && rm -rf node_modules/.bin \
  && find node_modules -type f \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.cts' -o -name '*.d.mts' \) -delete
COPY --from=built /app/dist dist
RUN chmod -R a+rX . && mkdir data compiled && chown node:node data compiled
# Node compiles a module at its first import. With a compile cache, kept by user, the service starts in half the time.
USER node
ENV NODE_COMPILE_CACHE=/app/compiled
RUN node -e "import('./dist/src/index.js')"

FROM node:24-bookworm-slim
LABEL org.opencontainers.image.title="Verification workflows" \
  org.opencontainers.image.description="Email, phone and login verification as explicit XState machines, over HTTP" \
  org.opencontainers.image.version="0.1.0" \
  org.opencontainers.image.licenses="MIT"
WORKDIR /app
COPY --from=prepared /app/node_modules node_modules
COPY --from=prepared /app/package.json ./
COPY --from=prepared /app/dist dist
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
CMD ["node", "dist/src/main.js"]

# The companion server as an image: one bundled file, no package manager, not root, data on a volume.
#
#   docker build -t till .
#   docker run --env-file .env -p 8787:8787 -v till-data:/data -v "$PWD/till.catalog.json:/app/till.catalog.json:ro" till

FROM node:26-slim AS build
WORKDIR /source
COPY package.json package-lock.json .npmrc ./
COPY packages/core/package.json packages/core/
COPY packages/sandbox/package.json packages/sandbox/
COPY packages/server/package.json packages/server/
COPY packages/widgets/package.json packages/widgets/
RUN npm ci --ignore-scripts
COPY . .
RUN npm run build

FROM node:26-slim
ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    PORT=8787 \
    TILL_CATALOG=/app/till.catalog.json \
    TILL_DATABASE=/data/till.sqlite
WORKDIR /app
COPY --from=build /source/packages/server/package.json ./
COPY --from=build /source/packages/server/dist ./dist
RUN mkdir /data && chown node:node /data
VOLUME /data
USER node
EXPOSE 8787
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/healthz').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "dist/till.js", "serve"]

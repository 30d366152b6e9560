# syntax=docker/dockerfile:1
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY . .
RUN npm ci && npm run build && npm prune --omit=dev --ignore-scripts

FROM node:24-bookworm-slim
ENV NODE_ENV=production \
    MANIFOLD_HOST=0.0.0.0 \
    MANIFOLD_STATE_DIR=/var/lib/manifold \
    HF_HOME=/var/lib/manifold/huggingface
WORKDIR /app
# libgomp is what the inference library needs beside the C library.
RUN apt-get update \
    && apt-get install -y --no-install-recommends libgomp1 \
    && rm -rf /var/lib/apt/lists/* \
    && install -d -o node -g node -m 0700 /var/lib/manifold
COPY --from=build /app/package.json /app/LICENSE ./
COPY --from=build /app/bin ./bin
COPY --from=build /app/dist ./dist
COPY --from=build /app/web/dist ./web/dist
COPY --from=build /app/models ./models
COPY --from=build /app/node_modules ./node_modules
USER node
VOLUME /var/lib/manifold
EXPOSE 8000
# The lock says where the server listens, whoever set the port and whether it speaks TLS: its certificate is for other names.
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s \
    CMD ["node", "--no-warnings", "-e", "process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'; const { url } = JSON.parse(require('fs').readFileSync(process.env.MANIFOLD_STATE_DIR + '/lock')); fetch(url + '/v1/health/live').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# Everything but loopback asks for a key; the first start prints one.
CMD ["node", "bin/manifold.mjs", "serve"]

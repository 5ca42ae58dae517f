// What the playground shows first, and offers.

const SHOP = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: cart
  namespace: shop
spec:
  replicas: 3
  selector:
    matchLabels:
      app: cart
  template:
    metadata:
      labels:
        app: cart
    spec:
      containers:
        - name: cart
          image: registry.example.com/shop/cart:1.8.2
          ports:
            - name: http
              containerPort: 8080
          readinessProbe:
            httpGet: {path: /ready, port: http}
            initialDelaySeconds: 5
            periodSeconds: 10
          resources:
            requests: {cpu: 100m, memory: 128Mi}
---
apiVersion: v1
kind: Service
metadata:
  name: cart
  namespace: shop
spec:
  selector:
    app: cart
  ports:
    - name: http
      port: 80
      targetPort: http
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  namespace: shop
spec:
  ingressClassName: nginx
  rules:
    - host: shop.example.com
      http:
        paths:
          - path: /cart
            pathType: Prefix
            backend:
              service:
                name: cart
                port:
                  name: http
`;
const NEXT = SHOP.replace("cart:1.8.2", "cart:1.9.0");
const FULL = SHOP.replace("cpu: 100m", "cpu: 1500m").replace("replicas: 3", "replicas: 4");

export const examples = {
  "two mistakes": {
    question: "check",
    now: SHOP.replace("    app: cart\n  ports", "    app: cart-api\n  ports").replace("pathType: Prefix", "pathType: prefix"),
  },
  "where a request ends": { question: "route", url: "https://shop.example.com/cart/42", now: SHOP },
  "a rollout": { question: "rollout", before: SHOP, now: NEXT },
  "a rollout with a gap": {
    question: "rollout",
    before: SHOP,
    now: NEXT.replace("  replicas: 3\n", "  replicas: 3\n  strategy:\n    type: Recreate\n"),
  },
  "too many Pods": { question: "schedule", nodes: "2x2cpu,4Gi", zones: "a,b", now: FULL },
};

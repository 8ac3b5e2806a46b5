/** A decorator of a route's parameter that also says in the route's documentation what it reads. */
export function documented(read: () => ParameterDecorator, documentation: MethodDecorator): () => ParameterDecorator {
  return () => (target, route, index) => {
    read()(target, route, index);
    if (route === undefined) return;
    const descriptor = Object.getOwnPropertyDescriptor(target, route);
    if (descriptor) documentation(target, route, descriptor);
  };
}

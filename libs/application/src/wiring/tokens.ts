/** What controllers and handlers are given by name: interfaces leave no trace that a container could look for. */
export const SERVICE = Symbol('Service');
export const HTTP_PORTS = Symbol('HttpPorts');

/** A store that speaks as Amazon's S3 does, on this machine: tells its port and runs until it is ended. */
import S3rver from "s3rver";

const [directory, bucket] = Deno.args;
const server = new S3rver({
  ...{ port: 0, address: "127.0.0.1", silent: true, directory },
  configureBuckets: [{ name: bucket, configs: [] }],
});
const { port } = await server.run();
console.log(port);

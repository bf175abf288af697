/** The peer of `processes.ts`: what every bot of this SDK on this server costs before it does anything. */
import { ActivityHandler, CloudAdapter, ConfigurationBotFrameworkAuthentication } from 'botbuilder';
import restify from 'restify';

const adapter = new CloudAdapter(new ConfigurationBotFrameworkAuthentication({}));
const bot = new ActivityHandler();
bot.onMessage(async (turn, next) => {
  await turn.sendActivity(turn.activity.text);
  await next();
});
const server = restify.createServer();
server.use(restify.plugins.bodyParser());
server.get('/healthz', async (_request: restify.Request, response: restify.Response) => response.send(200));
server.post('/api/messages', async (request: restify.Request, response: restify.Response) => {
  await adapter.process(request as never, response, (turn) => bot.run(turn));
});
server.listen(Number(process.argv[2]), '127.0.0.1');
